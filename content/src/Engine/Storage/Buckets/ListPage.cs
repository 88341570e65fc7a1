namespace TaskQueue.Storage.Buckets;

/// <param name="Keys">Whole, in order; may be empty even when more pages follow.</param>
/// <param name="Next">What to ask for the next page with; null on the last one.</param>
internal sealed record ListPage(IReadOnlyList<string> Keys, string? Next)
{
    /// <summary>The sizes of its objects, added up.</summary>
    public long Bytes { get; init; }
}

/// <summary>Asks a bucket for one page of a range.</summary>
/// <param name="range">The page may begin before it and end behind it.</param>
/// <param name="next">Where the page before ended; null to begin at the start of the range.</param>
/// <param name="cancellationToken">Ends the request.</param>
/// <exception cref="Contracts.TaskQueueException">The bucket cannot be asked, or no longer knows <paramref name="next"/>.</exception>
internal delegate Task<ListPage> FetchPage(KeyRange range, string? next, CancellationToken cancellationToken);
