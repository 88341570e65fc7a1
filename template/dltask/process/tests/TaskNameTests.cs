using TaskQueue.Contracts;
using TaskQueue.Local;

namespace Tasks.Tests;

public sealed class TaskNameTests
{
    private const string Header = "ENVI\nsamples = 2\nlines = 1\nbands = 2\ndata type = 12\ninterleave = bsq\nbyte order = 0\nband names = {red, near infrared}\n";

    /// <summary>Two pixels of red, then two of near infrared.</summary>
    private static readonly ushort[] Pixels = [100, 100, 300, 100];

    private static bool HasPython => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, "python3")));

    [Fact]
    public async Task The_program_computes_the_mean_of_a_window()
    {
        var result = await Run(width: 2);

        Assert.Equal(new TaskNameResult(MeanNdvi: 0.25, Pixels: 2), result);
    }

    [Fact]
    public async Task A_window_outside_of_the_raster_is_rejected() =>
        await Assert.ThrowsAsync<TaskRejectedException>(() => Run(width: 3));

    private static async Task<TaskNameResult> Run(int width)
    {
        Assert.SkipUnless(HasPython, "This test needs python3.");
        var folder = Directory.CreateTempSubdirectory("task-name-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Join(folder, "small.hdr"), Header, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(
                Path.Join(folder, "small.bsq"), [.. Pixels.SelectMany(BitConverter.GetBytes)], TestContext.Current.CancellationToken);
            using var context = LocalContext.Create("first");
            return await new TaskName().RunTask(
                new TaskNameParameters("first", Path.Join(folder, "small.bsq"), Row: 0, Column: 0, Height: 1, width), context.Task,
                TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
