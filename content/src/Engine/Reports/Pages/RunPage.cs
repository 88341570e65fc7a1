using TaskQueue.Records.Runs;
using TaskQueue.Reports.History;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Reports.Pages;

/// <summary>One run as a page that needs nothing beside it: no script, no other file.</summary>
internal sealed class RunPage(RunRecord run, Status status, RunCourse course, Failures failures, DateTimeOffset now)
{
    /// <summary>Workers that are shown at once; the others are folded away.</summary>
    private const int LanesShown = 40;

    private const int LongestName = 30;

    private static readonly Lazy<string> Style = new(() =>
    {
        using var css = new StreamReader(typeof(RunPage).Assembly.GetManifestResourceStream("page.css")!);
        return css.ReadToEnd();
    });

    public Markup Draw() => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Run {run.Run}</title>
        <style>{Markup.Trust(Style.Value)}</style>
        </head>
        <body>
        <header>
        <h1>Run {run.Run} <small>{StateOf()}</small></h1>
        <p class="soft">{run.Task} for each row of {run.Table}</p>
        </header>
        <main>
        {Figures()}
        {Limits()}
        {(course.DoneByBin.Count > 0 ? Charts() : Markup.Of($"<p>{WhyEmpty()}</p>"))}
        {Errors()}
        {Slowest()}
        </main>
        <footer>Made {CourseAxis.TimeOf(now)} UTC from the records in {status.Store}. All times are UTC. Build {run.Build}{(run.Image is { } image ? $", image {image}" : "")}; inserted {CourseAxis.TimeOf(run.Started)} by: <code>{run.Command}</code>{(course.DamagedLines > 0 ? $". {Counted.Of(course.DamagedLines, "line")} of the journals passed over: not whole" : "")}</footer>
        </body>
        </html>

        """);

    private string StateOf() => status.State switch
    {
        RunState.Inserting => "being inserted",
        RunState.Pending => "not started",
        RunState.Finished when status.Failed > 0 => "finished, with failures",
        { } state => state.ToString().ToLowerInvariant(),
        null => "",
    };

    private string WhyEmpty() =>
        course.Done > 0 ? "All rows were done before, by another run: there is nothing to draw."
        : status.Done > 0 ? "Done rows have no records (TASK_RECORDS=failed): there is nothing to draw."
        : "No task has ended yet: there is nothing to draw.";

    private Markup Figures()
    {
        var seconds = course is { FirstStart: { } first, LastEnd: { } last } ? (last - first).TotalSeconds : 0;
        List<(string Name, string Value, string More)> figures =
        [
            ("Done", Counted.Number(status.Done), $"of {Counted.Number(run.Total)}"),
            ("Failed", Counted.Number(status.Failed), ""),
        ];
        if (status.Queued + status.Running > 0)
            figures.Add(("Left", Counted.Number(status.Queued + status.Running), status.Running > 0 ? $"{Counted.Number(status.Running)} running" : ""));
        if (status.Missing > 0)
            figures.Add(("Missing", Counted.Number(status.Missing), ""));
        if (seconds > 0)
            figures.AddRange(
            [
                (status.IsOver ? "Took" : "So far", Counted.Seconds(seconds), ""),
                ("Rate", CourseCharts.Rate(course.Durations.Count / seconds), ""),
                ("Median row", Counted.Seconds(course.Durations.Median), ""),
                ("Workers", Counted.Number(course.Workers.Count + course.WorkersLeftOut), ""),
            ]);
        return Markup.Of($"<dl>{Markup.Join(figures.Select(figure => Markup.Of($"<div><dt>{figure.Name}</dt><dd>{figure.Value} <small>{figure.More}</small></dd></div>")))}</dl>");
    }

    private Markup Limits() => course.Limits.Count == 0 ? Markup.Empty : Markup.Of($"""
        <section class="why" aria-label="Limits of the run">{Markup.Join(course.Limits.Select(sentence => Markup.Of($"<p>{sentence}</p>")))}</section>
        """);

    private Markup Charts()
    {
        var charts = new CourseCharts(course);
        return Markup.Of($"""
            <h2>Over time</h2>
            {charts.Throughput()}
            {charts.Work()}
            <p class="soft">A slot is one task at once: a worker has as many as its WORKER_CONCURRENCY. The unfilled part below the dashed line waited.</p>
            <h2>Workers</h2>
            {Lanes()}
            <h2>How long rows took</h2>
            {(course.Durations.Count > 0 ? charts.Durations() : Markup.Empty)}
            {Times()}
            {Attempts()}
            <h2>CPU and memory</h2>
            {(course.MegabytesByBin.Max() > 0
                ? Markup.Of($"<div class=\"pair\">{charts.Cpu()}{charts.Memory()}</div>")
                : Markup.Of($"<p class=\"soft\">The workers' records have no samples of this time.</p>"))}
            """);
    }

    private Markup Lanes()
    {
        var rest = course.Workers.Skip(LanesShown).ToList();
        return Markup.Of($"""
            <p class="soft">Each strip is the time from {CourseAxis.TimeOf(course.From)} on: the darker, the more of the worker's slots worked.</p>
            {Lanes(course.Workers.Take(LanesShown))}
            {(rest.Count > 0 ? Markup.Of($"<details><summary>{Counted.Of(rest.Count, "more worker")}</summary>{Lanes(rest)}</details>") : Markup.Empty)}
            {(course.WorkersLeftOut > 0 ? Markup.Of($"<p class=\"soft\">{Counted.Of(course.WorkersLeftOut, "worker")} that did least are not shown.</p>") : Markup.Empty)}
            """);
    }

    private static Markup Lanes(IEnumerable<WorkerLane> lanes) => Markup.Of($"""
        <div class="wide"><table class="lanes">
        <thead><tr><th scope="col">worker</th><th scope="col">busy</th><th scope="col" class="n">done</th><th scope="col" class="n less">failed</th><th scope="col" class="n less">peak</th><th scope="col" class="n">work</th><th scope="col" class="less">end</th></tr></thead>
        <tbody>{Markup.Join(lanes.Select(Lane))}</tbody>
        </table></div>
        """);

    private static Markup Lane(WorkerLane lane)
    {
        var there = lane.BusyByBin.Count(share => share > 0);
        var mean = there > 0 ? lane.BusyByBin.Sum() / there : 0;
        return Markup.Of($"""
            <tr><td title="{lane.Name}">{ShortName(lane.Name)}</td>
            <td>{Chart.Strip(lane.BusyByBin, $"Busy {CourseCharts.Share(mean, 1)} of the time in which it worked at all")}</td>
            <td class="n">{lane.Done}</td><td class="n less">{lane.Failed}</td>
            <td class="n less">{(lane.PeakMemoryBytes > 0 ? $"{Counted.Number(lane.PeakMemoryBytes / 1_000_000)} MB" : "")}</td>
            <td class="n">{Counted.Seconds(lane.WorkSeconds)}</td>
            <td class="less">{lane.State switch { LaneState.Left => "left", LaneState.Working => "at work", _ => "silent" }}</td></tr>
            """);
    }

    private Markup Times() => course.Durations is not { Count: > 0 } times ? Markup.Empty : Markup.Of(
        $"<p class=\"soft\">Shortest {Counted.Seconds(times.Shortest)}, median {Counted.Seconds(times.Median)}, 90 % within {Counted.Seconds(times.P90)}, 99 % within {Counted.Seconds(times.P99)}, longest {Counted.Seconds(times.Longest)}. All together {Counted.Seconds(course.WorkSeconds)}, of {Counted.Seconds(course.SlotSeconds)} of slots.</p>");

    private Markup Attempts()
    {
        if (course.Attempts.Skip(1).Sum() == 0)
            return Markup.Of($"<p class=\"soft\">{(course.FailedAttempts == 0 ? "Every row was done in its first attempt." : "Every row that is done was done in its first attempt.")}</p>");
        var most = course.Attempts.Max();
        var rows = course.Attempts.Select((count, i) => (Count: count, Name: i + 1 < DoneTally.MostAttempts ? $"{i + 1}" : $"{i + 1} or more")).Where(row => row.Count > 0);
        return Markup.Of($"""
            <table><thead><tr><th scope="col">attempts</th><th scope="col" class="n">rows</th><th scope="col"></th></tr></thead>
            <tbody>{Markup.Join(rows.Select(row => Markup.Of($"<tr><td>{row.Name}</td><td class=\"n\">{row.Count}</td><td style=\"width:70%\"><span class=\"bar\" style=\"width:{100.0 * row.Count / most:0.#}%\"></span></td></tr>")))}</tbody></table>
            """);
    }

    private Markup Errors() => failures.Count == 0 ? Markup.Empty : Markup.Of($"""
        <h2>{Counted.Tasks(failures.Count)} failed</h2>
        <div class="wide"><table><thead><tr><th scope="col" class="n">tasks</th><th scope="col">error</th><th scope="col">for example</th></tr></thead>
        <tbody>{Markup.Join(failures.Groups.Select(group => Markup.Of($"<tr><td class=\"n\">{group.Count}</td><td class=\"text\">{group.Error}</td><td><code>{group.Example}</code></td></tr>")))}</tbody></table></div>
        """);

    private Markup Slowest() => course.Slowest.Count == 0 ? Markup.Empty : Markup.Of($"""
        <h2>The slowest rows</h2>
        <div class="wide"><table><thead><tr><th scope="col" class="n">took</th><th scope="col">row</th><th scope="col" class="n">attempt</th><th scope="col" class="less">worker</th></tr></thead>
        <tbody>{Markup.Join(course.Slowest.Select(task => Markup.Of($"<tr><td class=\"n\">{Counted.Seconds(task.Seconds)}</td><td><code>{task.Id}</code></td><td class=\"n\">{task.Attempt}</td><td class=\"less\" title=\"{task.Worker}\">{ShortName(task.Worker)}</td></tr>")))}</tbody></table></div>
        """);

    /// <summary>Names of workers end in what tells them apart.</summary>
    private static string ShortName(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 7)]}…{name[^6..]}";
}
