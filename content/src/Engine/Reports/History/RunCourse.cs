namespace TaskQueue.Reports.History;

/// <summary>The course of one run, as far as its records tell: of bounded size, however many rows it has. As JSON: ReportJson.Line.RunCourse.</summary>
/// <remarks>
/// Lists "by bin" have one value for each piece of time: bin i begins at From + i * BinSeconds. There are at most
/// so many as were asked for, and one list is as long as the other. No bin at all: nothing has ended yet.
/// </remarks>
internal sealed record RunCourse
{
    public required string Run { get; init; }

    /// <summary>When the first bin begins.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>A power of two: 1/16, ... 1, 2, 4, ...</summary>
    public required double BinSeconds { get; init; }

    /// <summary>When the first attempt began; null where none has ended.</summary>
    public required DateTimeOffset? FirstStart { get; init; }

    /// <summary>When the last attempt ended so far.</summary>
    public required DateTimeOffset? LastEnd { get; init; }

    /// <summary>Rows that are done, each id once; those included that a worker found done before.</summary>
    public required long Done { get; init; }

    /// <summary>Of these, the ones that were done before, by another run.</summary>
    public required long DoneBefore { get; init; }

    /// <summary>Rows with a failed record after which no attempt follows by itself.</summary>
    public required long Failed { get; init; }

    /// <summary>Rows with a failed record whose next attempt follows, or runs.</summary>
    public required long Retrying { get; init; }

    /// <summary>Failed attempts that can be counted: those before a success, and those of rows that are not done.</summary>
    public required long FailedAttempts { get; init; }

    /// <summary>Rows done, by bin.</summary>
    public required IReadOnlyList<double> DoneByBin { get; init; }

    /// <summary>Of these, the ones that took more than one attempt, by bin.</summary>
    public required IReadOnlyList<double> RetriedByBin { get; init; }

    /// <summary>Last failed attempts of rows that are not done, by bin.</summary>
    public required IReadOnlyList<double> FailedByBin { get; init; }

    /// <summary>Tasks that ran at once, as a mean, by bin. Running tasks are not in it.</summary>
    public required IReadOnlyList<double> RunningByBin { get; init; }

    /// <summary>Slots (workers times their concurrency) that were there, as a mean, by bin.</summary>
    public required IReadOnlyList<double> SlotsByBin { get; init; }

    /// <summary>CPUs that all workers used together, as a mean, by bin.</summary>
    public required IReadOnlyList<double> CoresByBin { get; init; }

    /// <summary>Resident memory of the largest worker in MB (10^6 bytes), by bin.</summary>
    public required IReadOnlyList<double> MegabytesByBin { get; init; }

    /// <summary>How long the attempts took that ended well.</summary>
    public required DurationCounts Durations { get; init; }

    /// <summary>Done rows by attempts: first those that took one, ... last those that took <see cref="DoneTally.MostAttempts"/> or more.</summary>
    public required IReadOnlyList<long> Attempts { get; init; }

    /// <summary>The longest first; at most <see cref="DoneTally.MostSlow"/>.</summary>
    public required IReadOnlyList<SlowTask> Slowest { get; init; }

    /// <summary>Seconds of all attempts that have ended, added up.</summary>
    public required double WorkSeconds { get; init; }

    /// <summary>Seconds of all slots between the first start and the last end, added up: what is not work was waiting.</summary>
    public required double SlotSeconds { get; init; }

    /// <summary>By their start; where they are too many, those at work and then those that did most.</summary>
    public required IReadOnlyList<WorkerLane> Workers { get; init; }

    /// <summary>Workers that have no lane, since there are too many.</summary>
    public required int WorkersLeftOut { get; init; }

    /// <summary>Null when no row has bounds.</summary>
    public required CourseMap? Map { get; init; }

    /// <summary>What limited the run, in plain sentences with their numbers; the most important first.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Lines of journals that were passed over because they are not whole.</summary>
    public required long DamagedLines { get; init; }

    /// <summary>Failed records that were counted and not read, since there are too many.</summary>
    public required long FailedUnread { get; init; }
}

/// <summary>How long attempts took, in logarithmic bins: bin i counts those of at least Edges[i] and less than Edges[i+1] seconds.</summary>
/// <param name="Edges">Seconds; one more than there are counts; empty where nothing was measured.</param>
/// <param name="Counts">Attempts.</param>
/// <param name="Count">All of them.</param>
/// <param name="Mean">Seconds, exact.</param>
/// <param name="Shortest">Seconds, exact.</param>
/// <param name="Median">Seconds, within 6 %.</param>
/// <param name="P90">Seconds, within 6 %.</param>
/// <param name="P99">Seconds, within 6 %.</param>
/// <param name="Longest">Seconds, exact.</param>
internal sealed record DurationCounts(
    IReadOnlyList<double> Edges, IReadOnlyList<long> Counts, long Count,
    double Mean, double Shortest, double Median, double P90, double P99, double Longest);

/// <param name="Id">The row's id: text of others.</param>
/// <param name="Seconds">Of its last attempt.</param>
/// <param name="Worker">Which worker ran it.</param>
/// <param name="Attempt">From 1.</param>
internal sealed record SlowTask(string Id, double Seconds, string Worker, int Attempt);

/// <summary>What one worker did for the run. Numbers of its process as a whole are from its record, which may be missing.</summary>
internal sealed record WorkerLane
{
    public required string Name { get; init; }

    /// <summary>Null where it has no record.</summary>
    public required string? Host { get; init; }

    /// <summary>When its process started; without a record, when it started its first task.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Its last sign of life: the last record, or the end of its last task.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    public required LaneState State { get; init; }

    /// <summary>Tasks at once; at least 1.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Tasks of any run that it holds now, as it last said.</summary>
    public required int Running { get; init; }

    /// <summary>Ids of some of these: text of others.</summary>
    public required IReadOnlyList<string> RunningRows { get; init; }

    /// <summary>Rows of the run that it has done.</summary>
    public required long Done { get; init; }

    /// <summary>Rows of the run whose last attempt failed here.</summary>
    public required long Failed { get; init; }

    /// <summary>Seconds of the run's attempts, added up.</summary>
    public required double WorkSeconds { get; init; }

    /// <summary>Share of its slots that worked for the run, 0 to 1, by bin.</summary>
    public required IReadOnlyList<double> BusyByBin { get; init; }

    /// <summary>Peak resident memory, in bytes; 0 where nothing says.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>CPUs that its process used, as a mean, by bin; 0 where it was not there.</summary>
    public required IReadOnlyList<double> CoresByBin { get; init; }

    /// <summary>Resident memory of its process in MB (10^6 bytes), by bin; 0 where it was not there.</summary>
    public required IReadOnlyList<double> MegabytesByBin { get; init; }
}

/// <summary>What became of a worker.</summary>
internal enum LaneState
{
    /// <summary>It has written within 35 s.</summary>
    Working,

    /// <summary>It left in order.</summary>
    Left,

    /// <summary>It neither left nor writes: it was killed, most probably.</summary>
    Silent,
}

/// <summary>Where the rows are that have ended.</summary>
/// <param name="Shapes">At most <see cref="ShapeBins.Most"/>.</param>
/// <param name="CellDegrees">The side of the squares that stand for rows near one another; null while each shape is a row's own.</param>
/// <param name="WithoutBounds">Rows whose bounds are not known.</param>
internal sealed record CourseMap(IReadOnlyList<MapShape> Shapes, double? CellDegrees, long WithoutBounds);

/// <param name="Ring">Corners as longitude, latitude, longitude, latitude, ... in degrees, the first not repeated. A longitude beyond 180 lies east of that line.</param>
/// <param name="Done">Rows there that are done.</param>
/// <param name="Failed">Rows there for which no attempt follows.</param>
/// <param name="Retrying">Rows there whose next attempt follows.</param>
internal sealed record MapShape(IReadOnlyList<double> Ring, long Done, long Failed, long Retrying);
