using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Monitor.Serving;
using TaskQueue.Records.Runs;
using TaskQueue.Reports;
using TaskQueue.Reports.History;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Monitor.Watch;

/// <summary>What a page shows. Texts of tasks and tables are in it as they are: the page shows them as text.</summary>
internal sealed record PageState
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Seconds until it is read again, about.</summary>
    public double NextSeconds { get; init; }

    /// <summary>The folder's name.</summary>
    public required string Project { get; init; }

    /// <summary>What, where, what next, when it could not be read; null when all is well.</summary>
    public IReadOnlyList<string>? Problem { get; init; }

    /// <summary>On the page of all runs.</summary>
    public IReadOnlyList<RunLine>? Runs { get; init; }

    /// <summary>On the page of one.</summary>
    public RunView? Run { get; init; }
}

/// <summary>One run.</summary>
internal sealed record RunView
{
    public required RunRecord Record { get; init; }

    /// <summary>As the verb <c>status</c> gives it.</summary>
    public required Status Status { get; init; }

    public required Pace Pace { get; init; }

    /// <summary>Without lanes and map, which are large.</summary>
    public required CourseView Course { get; init; }

    /// <summary>Those of this run, and those that could take its tasks; working ones first.</summary>
    public required IReadOnlyList<WorkerView> Workers { get; init; }

    /// <summary>As the verb <c>failed</c> gives them; null until they could be read.</summary>
    public required Failures? Failures { get; init; }
}

/// <param name="Name">Which.</param>
/// <param name="State">What became of it.</param>
/// <param name="LastSeen">Its last sign of life.</param>
/// <param name="Running">Tasks of any run that it holds.</param>
/// <param name="Rows">Ids of some of these.</param>
/// <param name="Done">Rows of the run that it has done.</param>
/// <param name="Failed">Rows of the run whose last attempt failed here.</param>
internal sealed record WorkerView(string Name, LaneState State, DateTimeOffset LastSeen, int Running, IReadOnlyList<string> Rows, long Done, long Failed)
{
    private const int Most = 200;

    public static IReadOnlyList<WorkerView> Of(Status status, RunCourse course, DateTimeOffset now)
    {
        var known = course.Workers.Select(lane => lane.Name).ToHashSet();
        var lanes = course.Workers.Select(lane => new WorkerView(
            lane.Name, lane.State, lane.LastSeen, lane.Running, lane.RunningRows, lane.Done, lane.Failed));
        var others = status.Workers.Where(worker => !worker.IsSilent && !known.Contains(worker.Name)).Select(worker => new WorkerView(
            worker.Name, LaneState.Working, now.AddSeconds(-worker.SecondsSinceSeen), worker.Running, worker.Rows, 0, 0));
        return [.. lanes.Concat(others).OrderBy(worker => worker.State).Take(Most)];
    }
}

/// <summary>The charts of a run.</summary>
/// <param name="From">When the first bin begins.</param>
/// <param name="BinSeconds">How long each is.</param>
/// <param name="Done">Rows done, by bin.</param>
/// <param name="Failed">Last failed attempts, by bin.</param>
/// <param name="Durations">How long attempts took that ended well.</param>
/// <param name="Retried">Rows done that took more than one attempt.</param>
/// <param name="Limits">What limited the run, in sentences.</param>
/// <param name="FirstStart">When the first attempt began.</param>
/// <param name="LastEnd">When the last one ended so far.</param>
internal sealed record CourseView(
    DateTimeOffset From, double BinSeconds, IReadOnlyList<double> Done, IReadOnlyList<double> Failed, DurationCounts Durations, long Retried,
    IReadOnlyList<string> Limits, DateTimeOffset? FirstStart, DateTimeOffset? LastEnd)
{
    public static CourseView Of(RunCourse course) => new(
        course.From, course.BinSeconds, [.. course.DoneByBin.Select(Round)], [.. course.FailedByBin.Select(Round)], course.Durations,
        course.Attempts.Skip(1).Sum(), course.Limits, course.FirstStart, course.LastEnd);

    private static double Round(double value) => Math.Round(value, 2);
}

/// <summary>The map of a run, apart from the rest: it is large, and changes less often than it is looked at.</summary>
/// <param name="CellDegrees">The side of the squares that stand for rows near one another; null where each shape is a row.</param>
/// <param name="WithoutBounds">Rows whose place is not known.</param>
/// <param name="Shapes">Of each: done, failed, retrying, then longitude and latitude of its corners. All three are 0 where nothing has ended.</param>
internal sealed record MapView(double? CellDegrees, long WithoutBounds, IReadOnlyList<double[]> Shapes)
{
    /// <summary>About a metre.</summary>
    private const int Digits = 5;

    /// <param name="map">What has ended.</param>
    /// <param name="ground">All rows of the table; left out where the page would get too many shapes.</param>
    public static MapView Of(CourseMap map, IReadOnlyList<MapShape> ground)
    {
        double[][] ended = [.. map.Shapes.Select(shape => (double[])[shape.Done, shape.Failed, shape.Retrying, .. Round(shape)])];
        var known = ended.Select(shape => (shape[3], shape[4])).ToHashSet();
        double[][] rest = [.. ground.Select(shape => (double[])[0, 0, 0, .. Round(shape)]).Where(shape => !known.Contains((shape[3], shape[4])))];
        return new(map.CellDegrees, map.WithoutBounds, ended.Length + rest.Length <= ShapeBins.Most ? [.. rest, .. ended] : ended);
    }

    private static IEnumerable<double> Round(MapShape shape) => shape.Ring.Select(corner => Math.Round(corner, Digits));
}

/// <summary>How states and answers are written as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PageState))]
[JsonSerializable(typeof(MapView))]
[JsonSerializable(typeof(RequeueRequest))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class PageJson : JsonSerializerContext;
