namespace TaskQueue.Tests.Tables.Bombs;

/// <summary>A file that asks for more than it gives, or is wrong in one part.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Complaint">What its refusal says; null when it must be read, <see cref="Either"/> when both will do.</param>
/// <param name="Make">The file's bytes.</param>
internal sealed record Bomb(string Name, string? Complaint, Func<byte[]> Make)
{
    /// <summary>Read or refused, as long as it costs little.</summary>
    public const string Either = "";

    public Bomb(string name, string? complaint, Func<ArrowFile> make)
        : this(name, complaint, () => make().ToBytes()) { }
}
