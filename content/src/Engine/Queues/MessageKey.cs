using System.Security.Cryptography;

namespace TaskQueue.Queues;

/// <summary>Identifies a message: one task, one row, and the run that it is of; null when it names none.</summary>
public readonly record struct MessageKey(string Task, string Id, string? Run = null)
{
    /// <summary>Whether it is one of a task and a row, which may have records.</summary>
    public bool NamesRow => Task.Length > 0 && Id.Length > 0;

    /// <summary>Reads the key of a message. A message of another kind gets an id made of its bytes, so that it can be handled like others.</summary>
    public static MessageKey Of(ReadOnlySpan<byte> body) => Read(body).Key;

    /// <summary>Reads the key, and how many rows the message is for.</summary>
    internal static (MessageKey Key, int Rows) Read(ReadOnlySpan<byte> body) => TaskMessage.TryRead(body) is { Id.Length: > 0 } message
        ? (new MessageKey(message.Task ?? "", message.Id, message.Run), message.RowCount)
        : (new MessageKey("", $"unreadable-{Convert.ToHexStringLower(SHA256.HashData(body))[..12]}"), 1);
}
