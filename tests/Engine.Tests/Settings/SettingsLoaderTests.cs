using TaskQueue.Contracts;
using TaskQueue.Settings;
using TaskQueue.Tests.Pages;

namespace TaskQueue.Tests.Settings;

public sealed class SettingsLoaderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("settings").FullName;

    public SettingsLoaderTests() => Directory.CreateDirectory(Path.Combine(_root, "config"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Without_any_line_every_setting_has_its_documented_default()
    {
        var expected = new TaskQueueSettings { ProjectRoot = _root };

        var loaded = Load();

        Assert.Equal(expected with { UserValues = loaded.Settings.UserValues }, loaded.Settings);
        Assert.All(loaded.Values, value => Assert.Equal(value.Setting.Default, value.Shown));
    }

    [Fact]
    public void Secrets_win_over_settings_and_the_environment_wins_over_both()
    {
        Write("task.env", "TASKQUEUE_PATH=fq://a\nCF_CLOUDPATH=a\nTASK_PARAMETER_FILENAME=a\n");
        Write("secret.env", "CF_CLOUDPATH=b\nTASK_PARAMETER_FILENAME=b\n");

        var settings = Load(environment: ("TASK_PARAMETER_FILENAME", "c")).Settings;

        Assert.Equal(("fq://a", "b", "c"), (settings.QueuePath, settings.CloudPath, settings.ParameterFilename));
    }

    [Fact]
    public void Another_env_file_is_read_in_place_of_task_env_with_the_secrets_beside_it()
    {
        Write("task.env", "CF_CLOUDPATH=a\nWORKER_CONCURRENCY=7\n");
        Write("prod.env", "CF_CLOUDPATH=b\n");
        Write("secret.env", "TASKQUEUE_PATH=fq://secret\n");

        var settings = Load("config/prod.env").Settings;

        Assert.Equal(("b", 1, "fq://secret"), (settings.CloudPath, settings.Concurrency, settings.QueuePath));
    }

    [Fact]
    public void Relative_paths_start_at_the_project_whose_config_holds_the_env_file()
    {
        Directory.CreateDirectory(Path.Combine(_root, "other", "config"));
        Directory.CreateDirectory(Path.Combine(_root, "loose"));
        File.WriteAllText(Path.Combine(_root, "other", "config", "x.env"), "CF_CLOUDPATH=a\n");
        File.WriteAllText(Path.Combine(_root, "loose", "x.env"), "CF_CLOUDPATH=b\n");

        Assert.Equal(Path.Combine(_root, "other"), Load("other/config/x.env").Settings.ProjectRoot);
        Assert.Equal(Path.Combine(_root, "other"), Load(Path.Combine(_root, "other", "config", "x.env")).Settings.ProjectRoot);
        Assert.Equal(_root, Load("loose/x.env").Settings.ProjectRoot);
    }

    [Fact]
    public void A_missing_env_file_is_an_error_that_names_the_one_in_config()
    {
        Write("prod.env", "");

        var error = Assert.Throws<TaskQueueException>(() => Load("prod.env"));

        Assert.StartsWith("There is no env file prod.env.", error.Message);
        Assert.EndsWith("Did you mean config/prod.env?", error.Message);
    }

    [Fact]
    public void The_project_is_found_from_a_folder_inside_it()
    {
        var inner = Directory.CreateDirectory(Path.Combine(_root, "src", "Tasks")).FullName;

        Assert.Equal(_root, SettingsLoader.Load(inner, null, new Dictionary<string, string>()).Settings.ProjectRoot);
    }

    [Fact]
    public void Outside_of_a_project_the_error_says_what_to_do()
    {
        Directory.Delete(Path.Combine(_root, "config"));

        var error = Assert.Throws<TaskQueueException>(() => Load());

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("no config folder here or above", error.Message);
    }

    [Fact]
    public void Outside_of_a_project_an_environment_that_names_the_queue_will_do()
    {
        Directory.Delete(Path.Combine(_root, "config"));

        Assert.Equal(_root, Load(environment: ("TASKQUEUE_PATH", "fq://q")).Settings.ProjectRoot);
    }

    [Theory]
    [InlineData("TQ_LEASE_SECONDS", "0")]
    [InlineData("TQ_LEASE_SECONDS", "43201")]
    [InlineData("TQ_LEASE_SECONDS", "-1")]
    [InlineData("TQ_LEASE_SECONDS", "1.5")]
    [InlineData("TQ_LEASE_SECONDS", "60s")]
    [InlineData("TQ_LEASE_SECONDS", "")]
    [InlineData("TQ_MAX_ATTEMPTS", "0")]
    [InlineData("TQ_MAX_ATTEMPTS", "1001")]
    [InlineData("TASK_TIMEOUT_SECONDS", "2592001")]
    [InlineData("WORKER_CONCURRENCY", "0")]
    [InlineData("WORKER_CONCURRENCY", "1025")]
    [InlineData("WORKER_CONCURRENCY", "99999999999999999999")]
    [InlineData("WORKER_DRAIN_SECONDS", "3601")]
    [InlineData("TASK_RECORDS", "none")]
    [InlineData("TASK_RECORDS", "ALL")]
    [InlineData("TASKQUEUE_PATH", "")]
    [InlineData("CF_CLOUDPATH", "")]
    [InlineData("TASK_PARAMETER_FILENAME", "")]
    [InlineData("INPUT_ROOTS", "/data,")]
    [InlineData("INPUT_ROOTS", "s3://bucket/")]
    [InlineData("INPUT_ROOTS", "http://localhost:9000/tiles")]
    public void A_value_outside_its_range_is_refused_with_name_value_range_and_place(string name, string value)
    {
        Write("task.env", $"# comment\n{name}={value}\n");

        var error = Assert.Throws<TaskQueueException>(() => Load());

        var lines = error.Message.Split('\n');
        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Equal(3, lines.Length);
        Assert.Equal($"{name} is \"{value}\"; allowed: {SettingsTable.Find(name)!.Range}.", lines[0]);
        Assert.Equal("config/task.env, line 2", lines[1]);
    }

    /// <summary>An env file with a ~ is refused before, since a shell would read it in another way.</summary>
    [Theory]
    [InlineData("CF_CLOUDPATH", "~/out")]
    [InlineData("CF_CLOUDPATH", "~")]
    [InlineData("TASK_PARAMETER_FILENAME", "~/tasks")]
    [InlineData("INPUT_ROOTS", "/data,~/tiles")]
    public void A_tilde_is_refused_rather_than_made_a_folder(string name, string value)
    {
        var error = Assert.Throws<TaskQueueException>(() => Load(environment: (name, value)));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.StartsWith($"{name} is \"{value}\"", error.Message);
    }

    [Theory]
    [InlineData("/data,tiles/2026,/")]
    [InlineData("http://127.0.0.1:9000,https://[::1]:9000/")]
    [InlineData("file:///data")]
    public void Input_roots_are_folders_and_origins(string value) => Assert.Equal(value, Shown("INPUT_ROOTS", value));

    [Theory]
    [InlineData("TQ_LEASE_SECONDS", "1", "43200")]
    [InlineData("TQ_MAX_ATTEMPTS", "1", "1000")]
    [InlineData("TASK_TIMEOUT_SECONDS", "0", "2592000")]
    [InlineData("WORKER_CONCURRENCY", "1", "1024")]
    [InlineData("WORKER_DRAIN_SECONDS", "0", "3600")]
    public void Both_ends_of_a_range_are_allowed(string name, string first, string last)
    {
        Assert.Equal(first, Shown(name, first));
        Assert.Equal(last, Shown(name, last));
    }

    [Fact]
    public void Several_problems_are_reported_together_one_line_each()
    {
        Write("task.env", "TQ_LEASE_SECONDS=0\nMY_VALUE=a b\n");

        var error = Assert.Throws<TaskQueueException>(() => Load(environment: ("TASK_RECORDS", "some")));

        var lines = error.Message.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal("3 settings cannot be used:", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("config/task.env, line 1: TQ_LEASE_SECONDS"));
        Assert.Contains(lines, line => line.StartsWith("config/task.env, line 2: The value of MY_VALUE"));
        Assert.Contains(lines, line => line.StartsWith("environment: TASK_RECORDS"));
    }

    [Theory]
    [InlineData("TQ_LEASE_SECOND", "Did you mean TQ_LEASE_SECONDS?")]
    [InlineData("TASK_QUEUE_PATH", "Did you mean TASKQUEUE_PATH?")]
    [InlineData("TASKQEUUE_PATH", "Did you mean TASKQUEUE_PATH?")]
    [InlineData("WROKER_CONCURRENCY", "Did you mean WORKER_CONCURRENCY?")]
    [InlineData("tq_lease_seconds", "Did you mean TQ_LEASE_SECONDS?")]
    [InlineData("C_CLOUDPATH", "Did you mean CF_CLOUDPATH?")]
    [InlineData("TQ_ANYTHING_ELSE", "Settings are TASKQUEUE_PATH,")]
    [InlineData("WORKER_COLOUR", "Settings are TASKQUEUE_PATH,")]
    public void An_unknown_setting_in_a_file_is_refused_with_what_was_probably_meant(string name, string advice)
    {
        Write("task.env", $"{name}=1\n");

        var error = Assert.Throws<TaskQueueException>(() => Load());

        Assert.StartsWith($"There is no setting {name}.", error.Message);
        Assert.Contains(advice, error.Message);
    }

    [Fact]
    public void Names_in_the_environment_that_only_look_like_settings_are_nobodys_mistake() =>
        Assert.Equal(1, Load(environment: ("WORKER_PORT", "tcp://10.0.0.1:80")).Settings.Concurrency);

    [Fact]
    public void Own_values_come_from_files_and_environment_and_the_environment_wins()
    {
        Write("task.env", "MY_THRESHOLD=0.4\nMY_BAND=nir\n");

        var loaded = SettingsLoader.Load(
            _root, null, new Dictionary<string, string> { ["MY_BAND"] = "red", ["MY_POD"] = "7" });

        Assert.Equal(("0.4", "red", "7"), (loaded.Settings.UserValues["MY_THRESHOLD"], loaded.Settings.UserValues["MY_BAND"], loaded.Settings.UserValues["MY_POD"]));
        Assert.Equal(["MY_THRESHOLD"], loaded.FileValues.Keys);
    }

    [Fact]
    public void A_password_outside_of_secret_env_is_warned_about_and_never_shown()
    {
        Write("task.env", "TASKQUEUE_PATH=amqp://me:s3cr@t@host/queue\n");

        var loaded = Load();

        Assert.Contains("TASKQUEUE_PATH holds a password", Assert.Single(loaded.Warnings));
        Assert.Equal("amqp://me:***@host/queue", loaded.Values[0].Shown);
    }

    [Fact]
    public void A_password_in_secret_env_is_where_it_belongs()
    {
        Write("secret.env", "TASKQUEUE_PATH=amqp://me:secret@host/queue\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                Path.Combine(_root, "config", "secret.env"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Empty(Load().Warnings);
    }

    [Fact]
    public void Passwords_that_others_may_read_are_one_warning_and_those_that_others_may_write_are_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        var secrets = Path.Combine(_root, "config", "secret.env");
        Write("secret.env", "API_TOKEN=x\n");
        const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

        File.SetUnixFileMode(secrets, Usual);
        Assert.EndsWith("chmod 600 config/secret.env", Assert.Single(Load().Warnings));

        File.SetUnixFileMode(secrets, Usual | UnixFileMode.OtherWrite);
        var error = Assert.Throws<TaskQueueException>(() => Load());
        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Equal(3, error.Message.Split('\n').Length);
        Assert.EndsWith("chmod 600 config/secret.env", error.Message);
    }

    [Fact]
    public void The_settings_that_ship_are_the_defaults()
    {
        File.Copy(ShippedEnvFile(), Path.Combine(_root, "config", "task.env"));

        var loaded = Load();

        Assert.All(loaded.Values, value => Assert.Equal(value.Setting.Default, value.Shown));
        Assert.All(loaded.Values, value => Assert.StartsWith("config/task.env", value.Source));
    }

    [Fact]
    public void The_pages_have_a_line_for_every_setting() => Assert.All(SettingsTable.All, setting =>
        Assert.Contains(Page.OfProject, page => page.Text.Contains($"\n| `{setting.Name}` | ", StringComparison.Ordinal)));

    private static string ShippedEnvFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "content", "config", "task.env")))
            folder = folder.Parent;

        return Path.Combine(folder.FullName, "content", "config", "task.env");
    }

    private string Shown(string name, string value) =>
        Load(environment: (name, value)).Values.Single(shown => shown.Setting.Name == name).Shown;

    private LoadedSettings Load(string? envFile = null, params (string Name, string Value)[] environment) =>
        SettingsLoader.Load(
            _root, envFile, environment.ToDictionary(variable => variable.Name, variable => variable.Value));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_root, "config", name), text);
}
