using System.Globalization;

namespace TaskQueue.Reports.History;

/// <summary>Says what limited a run: which time its slots lost, and to what.</summary>
internal static class RunLimits
{
    /// <summary>More than two reasons are no reason.</summary>
    private const int Most = 2;

    /// <summary>Of the time, or of the attempts: less than this is as it has to be.</summary>
    private const double LeastGap = 0.1;
    private const double LeastTail = 0.2;
    private const double LeastWait = 0.25;
    private const double LeastRetries = 0.1;

    /// <summary>Fewer rows tell nothing.</summary>
    private const int LeastRows = 10;

    /// <summary>Slots that work so much have no time to lose.</summary>
    private const double BusySlots = 0.8;

    /// <summary>Seconds between two tasks that queue and store need for a moment; more is slow.</summary>
    private const double SlowWait = 0.1;

    /// <returns>Sentences, the most important first; none while too little has ended.</returns>
    public static IReadOnlyList<string> Explain(RunCourse course)
    {
        if (course is not { FirstStart: { } first, LastEnd: { } last } || last <= first || course.SlotSeconds <= 0 || course.Durations.Count < LeastRows)
            return [];
        var losses = new Losses(course, (last - first).TotalSeconds);
        List<(double Share, double Least, string Sentence)> found =
        [
            (losses.GapSeconds / losses.Elapsed, LeastGap, $"For {Time(losses.GapSeconds)} of {Time(losses.Elapsed)} no worker was there."),
            (losses.TailSeconds / losses.Elapsed, LeastTail, TailOf(course, losses)),
            (losses.WaitSeconds / course.SlotSeconds, LeastWait, WaitOf(losses, course)),
            (losses.RetryShare, LeastRetries,
                $"Retries: {Counted.Number(course.FailedAttempts)} of {Counted.Number(losses.Attempts)} attempts failed ({Percent(losses.RetryShare)})."),
        ];
        var sentences = found.Where(loss => loss.Share >= loss.Least).OrderByDescending(loss => loss.Share).Select(loss => loss.Sentence).Take(Most).ToList();
        var busy = course.WorkSeconds / course.SlotSeconds;
        // Where only few of the slots have work in the end, more slots would have none.
        if (busy >= BusySlots && losses.TailSeconds / losses.Elapsed < LeastTail)
            sentences.Insert(0, FewOf(losses, course, busy));
        return sentences.Count > 0
            ? [.. sentences.Take(Most)]
            : [$"Nothing stands out: the {Counted.Of(losses.Slots, "slot")} worked {Percent(busy)} of their time."];
    }

    private static string FewOf(Losses losses, RunCourse course, double busy) => course.Durations.Count > 2 * losses.Slots
        ? $"Too few workers: the {Counted.Of(losses.Slots, "slot")} worked {Percent(busy)} of their time, so with twice as many the run takes about half of {Time(losses.Elapsed)}."
        : $"The tasks themselves: {Counted.Rows(course.Durations.Count)} had {Counted.Of(losses.Slots, "slot")}, which worked {Percent(busy)} of their time.";

    private static string TailOf(RunCourse course, Losses losses) =>
        $"A long tail: in the last {Time(losses.TailSeconds)} of {Time(losses.Elapsed)}, fewer than half as many tasks ran as at the best time."
        + (course.Durations is { Count: > 1, Median: > 0 } times
            ? $" The longest task took {Time(times.Longest)}, {string.Create(CultureInfo.InvariantCulture, $"{times.Longest / times.Median:N0}")} times the median."
            : "");

    private static string WaitOf(Losses losses, RunCourse course)
    {
        var each = losses.WaitSeconds / Math.Max(1, course.Durations.Count);
        var what = each >= SlowWait
            ? "A slow queue or store, or none of the tasks ready"
            : $"Short tasks (median {Time(course.Durations.Median)})";
        return $"{what}: the slots waited {Percent(losses.WaitSeconds / course.SlotSeconds)} of their time between tasks, {Time(each)} for each.";
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(1, share) * 100:0} %");

    private static string Time(double seconds) => Counted.Seconds(seconds);

    /// <summary>The time that was lost, by its cause.</summary>
    private sealed class Losses
    {
        public Losses(RunCourse course, double elapsed)
        {
            Elapsed = elapsed;
            var bins = Enumerable.Range(0, course.RunningByBin.Count).ToList();
            GapSeconds = Math.Min(elapsed, bins.Count(bin => course.SlotsByBin[bin] == 0) * course.BinSeconds);
            var best = course.RunningByBin.Max();
            var lastGood = bins.FindLastIndex(bin => course.RunningByBin[bin] >= best / 2);
            // Running tasks are not among the ended ones: no tail can be seen yet.
            var isOver = course.Workers.All(worker => worker.Running == 0);
            TailSeconds = isOver ? Math.Max(0, (course.LastEnd!.Value - course.From).TotalSeconds - ((lastGood + 1) * course.BinSeconds)) : 0;
            var idleInTail = bins.Skip(lastGood + 1).Sum(bin => Math.Max(0, course.SlotsByBin[bin] - course.RunningByBin[bin])) * course.BinSeconds;
            WaitSeconds = Math.Max(0, course.SlotSeconds - course.WorkSeconds - idleInTail);
            Slots = Math.Max(1, (long)Math.Round(course.SlotsByBin.Max()));
            Attempts = course.FailedAttempts + course.Durations.Count;
            RetryShare = Attempts == 0 ? 0 : (double)course.FailedAttempts / Attempts;
        }

        public double Elapsed { get; }

        /// <summary>In which no worker was there.</summary>
        public double GapSeconds { get; }

        /// <summary>At the end, in which fewer than half as many tasks ran as at the best time.</summary>
        public double TailSeconds { get; }

        /// <summary>Of all slots before the tail.</summary>
        public double WaitSeconds { get; }

        /// <summary>At the best time.</summary>
        public long Slots { get; }

        public long Attempts { get; }

        /// <summary>Of these, the failed ones.</summary>
        public double RetryShare { get; }
    }
}
