using System.Net;

namespace TaskQueue.Tests.Servers;

/// <summary>The first half of a body that says it is whole: then the line breaks.</summary>
internal sealed class HalfContent(Stream body) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var whole = new MemoryStream();
        await body.CopyToAsync(whole);
        await stream.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length / 2));
        await stream.FlushAsync();
        throw new IOException("The line broke.");
    }

    /// <returns>False: the length is that of the request's header.</returns>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
