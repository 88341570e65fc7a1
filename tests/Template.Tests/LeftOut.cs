using System.Text.RegularExpressions;

namespace TaskQueue.TemplateTests;

/// <summary>Words that may not be in a project that was made without the part that they belong to.</summary>
internal static class LeftOut
{
    private static readonly (string Option, string Value, string Words)[] Parts =
    [
        ("queue", "rabbitmq", "rabbit|amqps?://host"),
        ("queue", "sqs", @"sqs://(name|region|work)|AWSSDK\.SQS|AWS_ENDPOINT_URL_SQS"),
        ("storage", "s3", @"s3://bucket|AWSSDK\.S3|AWS_ENDPOINT_URL_S3"),
        ("storage", "gcs", @"gs://bucket|Google\.Cloud|STORAGE_EMULATOR_HOST"),
        ("deploy", "gke", "gke|gcloud container|GOOGLE_(PROJECT|CLUSTER|ZONE|COMPUTE|VPC|SUBNETWORK|SERVICE)"),
        ("tests", "true", "dotnet test|xunit"),
        ("engine", "source", "src/Engine"),
    ];

    private const string Clusters = @"\bkeda\b|k8s/|cluster\.env|kubectl (--|[a-z])";

    /// <summary>What is left of markers and placeholders.</summary>
    private const string Markers = @"#if \(|#endif|PROJECT-(AUTHORS|REPOSITORY)|CHOSEN-OPTIONS|TaskName|task-name|Task-Project";

    /// <returns>Each file with a word that should not be in it: <c>README.md:12: ...</c>.</returns>
    public static List<string> Find(string project, TemplateCase options)
    {
        var words = Parts.Where(part => !options.Has(part.Option, part.Value)).Select(part => part.Words).Append(Markers).ToList();
        if (options.Has("deploy", "none"))
            words.Add(Clusters);
        if (options.Values["queue"] == "file" && options.Values["storage"] == "local" && options.Has("deploy", "none"))
            words.Add("awssdk|google|keda");
        var found = new Regex(string.Join('|', words), RegexOptions.IgnoreCase);
        return
        [
            .. from file in Files(project)
               from line in File.ReadLines(Path.Join(project, file)).Index()
               where found.IsMatch(line.Item)
               select $"{file}:{line.Index + 1}: {line.Item.Trim()}",
            .. Files(project).Where(file => found.IsMatch(file)),
        ];
    }

    /// <returns>The texts of a project as generated, by their paths in it.</returns>
    public static IEnumerable<string> Files(string project) => Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(project, file))
        .Where(file => !file.Split('/').Any(part => part is "bin" or "obj") && Path.GetExtension(file) is not (".feather" or ".bsq" or ".png"))
        .Order(StringComparer.Ordinal);
}
