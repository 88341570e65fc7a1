using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>
/// Rows and results that are too long for a message or a record: JSON in objects <c>payloads/&lt;task&gt;/&lt;run&gt;/</c> and
/// <c>results/&lt;task&gt;/&lt;run&gt;/</c>.
/// </summary>
/// <remarks>
/// Objects never change, so that what was read may be kept: rows lie one behind the other in packs, and those of one pack cost
/// one read. A reference comes from a message, which anybody may have written: nothing in it is believed.
/// </remarks>
/// <param name="store">That of CF_CLOUDPATH.</param>
public sealed class StoredValues(IObjectStore store)
{
    /// <summary>The longest row that can be stored, in bytes of JSON.</summary>
    public const int MostRowBytes = 64 << 20;

    internal const string Payloads = "payloads";
    internal const string Results = "results";

    private const int MostCachedBytes = 16 << 20;

    /// <summary>Larger objects hold one row each, which is read once.</summary>
    private const int MostBytesOfPack = 2 << 20;
    private const int BufferBytes = 1 << 17;
    private const int DigitsOfHash = 16;
    private const int LongestUrl = 500;
    private const int LongestSegment = 255;

    private readonly Lock _turn = new();

    /// <summary>By name, the one that was asked for last at the end.</summary>
    private readonly OrderedDictionary<string, Task<ReadOnlyMemory<byte>>> _packs = [];

    /// <summary>The reference to JSON in an object of the store.</summary>
    internal StoredJson Refer(string name, ReadOnlySpan<byte> json, long? offset = null) => new()
    {
        // A folder may have another path where the worker runs; a bucket has one name everywhere.
        Url = StoreUrl.Parse(store.Location) is null ? name : $"{store.Location}/{name}",
        Offset = offset,
        Length = json.Length,
        Sha256 = Hash(json),
    };

    /// <summary>Stores a row's result. Its name has its hash in it: each is written whole, and none replaces another.</summary>
    internal async Task<StoredJson> WriteResultAsync(string task, string? run, string id, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var hash = Hash(json.Span);
        var name = $"{RecordStore.Folder(Results, task, run)}{TaskKey.Of(id)}.{hash[..DigitsOfHash]}.json";
        await store.WriteAsync(name, json, cancellationToken);
        return Refer(name, json.Span);
    }

    /// <summary>Reads the result of a record that has a reference to it; it stays as it is when that cannot be followed.</summary>
    /// <exception cref="TaskQueueException">The store refuses (69, 74, 77, 78).</exception>
    internal async Task<DoneRecord> FollowAsync(DoneRecord record, CancellationToken cancellationToken)
    {
        if (record.StoredResult is not { } stored)
            return record;
        try
        {
            return record with { Result = await ReadAsync(stored, Results, cancellationToken), StoredResult = null };
        }
        catch (TaskQueueException e) when (e.ExitCode == ExitCode.BadInput)
        {
            return record;
        }
    }

    /// <summary>Reads what a reference names, and checks it.</summary>
    /// <param name="value">The reference.</param>
    /// <param name="kind">The folder of the records in which it has to lie.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TaskQueueException">It is missing, altered, no JSON, or not of this project (65); the store refuses (69, 74, 77, 78).</exception>
    internal async Task<JsonElement> ReadAsync(StoredJson value, string kind, CancellationToken cancellationToken)
    {
        var name = NameOf(value, kind);
        var content = await ReadObjectAsync(name, value, kind, cancellationToken);
        var offset = value.Offset ?? 0;
        var length = value.Length ?? content.Length - offset;
        if (offset < 0 || length < 0 || offset > content.Length || length > content.Length - offset)
            throw Refused(value, string.Create(CultureInfo.InvariantCulture, $"has {content.Length:N0} bytes, so there are no {length:N0} from {offset:N0} on"));

        var json = content.Slice((int)offset, (int)length).Span;
        if (!Hash(json).Equals(value.Sha256, StringComparison.OrdinalIgnoreCase))
            throw Refused(value, "was altered: its SHA-256 is another than the one that was noted");
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException e)
        {
            throw Refused(value, "is no JSON", e);
        }
    }

    /// <summary>The name of the object in the store.</summary>
    private string NameOf(StoredJson value, string kind)
    {
        var (url, root) = (value.Url ?? "", store.Location.TrimEnd('/') + "/");
        try
        {
            var path = StoreUrl.Parse(url) is { Scheme: "file" } file ? file.ToLocalPath() : url;
            var name = path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
            if (name.StartsWith(RecordStore.Folder(kind), StringComparison.Ordinal) && IsPlain(name))
                return name;
        }
        catch (Exception)
        {
            // No URL, or one of another machine: another try would end alike.
        }
        throw Refused(value, $"is foreign: it is not in {RecordStore.Folder(kind)} of {store.Location}");
    }

    /// <summary>Every store can hold the name: one that a disk refuses would pass for a disk that fails.</summary>
    private static bool IsPlain(string name) =>
        ObjectName.IsValid(name) && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && name.AsSpan().IndexOfAny('\\', ':') < 0
        && name.Split('/').All(segment => segment.Length <= LongestSegment);

    private async Task<ReadOnlyMemory<byte>> ReadObjectAsync(string name, StoredJson value, string kind, CancellationToken cancellationToken)
    {
        try
        {
            return kind == Payloads
                ? await ReadPackAsync(name, value, cancellationToken)
                : await LoadAsync(name, value, Array.MaxLength, cancellationToken);
        }
        catch (FileNotFoundException e)
        {
            // Where the mark of the records is gone, too, it is the store that is away.
            await RecordLayout.RequireAsync(store, cancellationToken);
            throw Refused(value, "is missing", e);
        }
    }

    /// <summary>Two that want the same pack wait for one read.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadPackAsync(string name, StoredJson value, CancellationToken cancellationToken)
    {
        Task<ReadOnlyMemory<byte>>? read;
        lock (_turn)
        {
            // A read that failed is no answer for later ones.
            if (!_packs.Remove(name, out read) || read.IsFaulted)
                // A folder's read blocks its thread.
                read = Task.Run(() => LoadAsync(name, value, MostRowBytes, CancellationToken.None), CancellationToken.None);
            _packs.Add(name, read);
        }
        try
        {
            return await read.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_turn)
                Trim();
        }
    }

    /// <summary>Forgets what is too large, what could not be read, and the oldest while there is too much.</summary>
    private void Trim()
    {
        var bytes = 0L;
        for (var i = _packs.Count - 1; i >= 0; i--)
        {
            if (_packs.GetAt(i).Value is not { IsCompleted: true } read)
                continue;
            var length = read.IsCompletedSuccessfully ? read.Result.Length : long.MaxValue;
            if (length > MostBytesOfPack || (bytes += length) > MostCachedBytes)
                _packs.RemoveAt(i);
        }
    }

    /// <summary>An object that is longer than it may be does not fill the memory.</summary>
    private async Task<ReadOnlyMemory<byte>> LoadAsync(string name, StoredJson value, int mostBytes, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(name, cancellationToken);
        var bytes = new MemoryStream((int)Math.Clamp(value.Length ?? 0, 0, Math.Min(mostBytes, MostRowBytes)));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (read > mostBytes - bytes.Length)
                    throw Refused(value, string.Create(CultureInfo.InvariantCulture, $"is longer than {mostBytes:N0} bytes"));
                bytes.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private TaskQueueException Refused(StoredJson value, string fault, Exception? cause = null)
    {
        var url = Printable.Of(SecretMask.Hide(value.Url ?? ""));
        return new(
            ExitCode.BadInput, $"The object '{(url.Length > LongestUrl ? url[..LongestUrl] + "…" : url)}' {fault}.", $"In {store.Location}",
            "Insert its row again.", cause);
    }

    private static string Hash(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));
}
