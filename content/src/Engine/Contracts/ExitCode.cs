namespace TaskQueue.Contracts;

/// <summary>What the program's exit code says: the numbers of sysexits.h, which never collide with signals.</summary>
public enum ExitCode
{
    Done = 0,

    /// <summary>Unknown verb or option.</summary>
    Usage = 64,

    /// <summary>Bad input; nothing was queued.</summary>
    BadInput = 65,

    /// <summary>Queue or storage cannot be reached.</summary>
    Unavailable = 69,

    /// <summary>A fault of this program.</summary>
    Internal = 70,

    /// <summary>Input/output error or disk full.</summary>
    InputOutput = 74,

    /// <summary>Part was done: run it again.</summary>
    PartDone = 75,

    /// <summary>Not permitted.</summary>
    Permission = 77,

    /// <summary>A setting is wrong.</summary>
    Configuration = 78,
}
