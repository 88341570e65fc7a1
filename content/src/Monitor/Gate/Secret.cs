using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TaskQueue.Monitor.Gate;

/// <summary>256 random bits of this process, as text that a URL, a cookie and a header can hold.</summary>
internal sealed class Secret
{
    private const int Bytes = 32;

    private readonly byte[] _hash;

    public Secret()
    {
        Text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        _hash = HashOf(Text);
    }

    public string Text { get; }

    /// <summary>Compares in a time that tells nothing.</summary>
    public bool Is(string? given) => CryptographicOperations.FixedTimeEquals(HashOf(given ?? ""), _hash);

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
