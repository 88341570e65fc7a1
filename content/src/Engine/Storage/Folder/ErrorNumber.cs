namespace TaskQueue.Storage.Folder;

/// <summary>What the file system answers: error numbers of Linux and macOS, and the codes of Windows.</summary>
internal static class ErrorNumber
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Exists = 17;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;

    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);

    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;
    private static readonly int NotSupported = OperatingSystem.IsMacOS() ? 45 : 95;
    private static readonly int NotImplemented = OperatingSystem.IsMacOS() ? 78 : 38;

    public static bool IsDiskFull(int error) => error is NoSpace or WindowsDiskFull || error == QuotaExceeded;

    public static bool IsReadOnly(int error) => error is ReadOnlyFileSystem or WindowsWriteProtected;

    /// <summary>Whether a file system says that it has no hard links.</summary>
    public static bool MeansNoLinks(int error) => error == NotPermitted || error == NotSupported || error == NotImplemented;
}
