using System.Text.RegularExpressions;

namespace TaskQueue.Tests;

/// <summary>The rooms of the engine know only those below them, and each library is named where it belongs.</summary>
public sealed partial class RoomTests
{
    private static readonly string Engine = Path.Join(Repository.Root, "content/src/Engine");

    /// <summary>From the bottom; rooms of one level do not know each other.</summary>
    private static readonly string[][] Levels =
    [
        ["Contracts", "Collections"],
        ["Logging", "Settings", "Telemetry"],
        ["Tables", "Queues", "Storage"],
        ["Binding", "Records", "Grids"],
        ["Programs", "Insert", "Worker"],
        ["Local", "Client"],
        ["Reports"],
        ["Commands"],
    ];

    private static readonly string[][] LevelsOfWorker = [["Worker.Attempts"], ["Worker.Reporting"], ["Worker.Deliveries"]];

    public static TheoryData<string, string[]> Libraries => new()
    {
        { "MassTransit", ["Queues", "Worker"] },
        { "RabbitMQ", ["Queues/RabbitMq"] },
        { "Amazon.SQS", ["Queues/Sqs"] },
        { "Microsoft.Data.Sqlite", ["Queues/Files"] },
        { "Amazon.S3", ["Storage/S3"] },
        { "Google", ["Storage/Gcs"] },
        { "Apache.Arrow", ["Tables"] },
        { "BitMiracle", ["Reports/Gather"] },
        { "OpenTelemetry", ["Telemetry"] },
    };

    [GeneratedRegex(@"^using (static )?(?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Using { get; }

    [Fact]
    public void A_room_knows_only_rooms_below_it()
    {
        AssertDownward(Levels);
        AssertDownward(LevelsOfWorker);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_is_named_only_in_its_room(string library, string[] rooms)
    {
        var named = Usings().Where(use => use.Name == library || use.Name.StartsWith(library + ".", StringComparison.Ordinal)).Select(use => use.File).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.Contains(rooms, room => file.StartsWith(room + "/", StringComparison.Ordinal)));
    }

    private static void AssertDownward(string[][] levels)
    {
        var found = 0;
        foreach (var (file, name) in Usings().Where(use => use.Name.StartsWith("TaskQueue.", StringComparison.Ordinal)))
        {
            var from = RoomOf(levels, file.Replace('/', '.'));
            var to = RoomOf(levels, name["TaskQueue.".Length..] + ".");
            if (from is null || to is null || from == to)
                continue;
            found++;
            Assert.True(LevelOf(levels, to) < LevelOf(levels, from), $"{file} of {from} uses {name}, which does not lie below it.");
        }
        Assert.InRange(found, 1, int.MaxValue);
    }

    private static IEnumerable<(string File, string Name)> Usings() =>
        from path in Directory.EnumerateFiles(Engine, "*.cs", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(Engine, path)
        where !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal)
        from Match use in Using.Matches(File.ReadAllText(path))
        select (file, use.Groups["name"].Value);

    private static string? RoomOf(string[][] levels, string name) =>
        levels.SelectMany(level => level).FirstOrDefault(room => name.StartsWith(room + ".", StringComparison.Ordinal));

    private static int LevelOf(string[][] levels, string room) => Array.FindIndex(levels, level => level.Contains(room));
}
