using System.Text.Json.Nodes;

namespace TaskQueue.Tests.Interop;

/// <summary>
/// Debian's boto3 speaks the older of SQS's two protocols, and the emulator only the newer one. Which of them boto3
/// speaks, its own description of the service says: a copy of it says the other.
/// </summary>
internal static class Boto
{
    private const string Service = "sqs/2012-11-05/service-2.json";
    private const string Installed = "/usr/lib/python3/dist-packages/botocore/data";

    /// <summary>Writes the copy.</summary>
    /// <returns>The value of AWS_DATA_PATH.</returns>
    public static string WriteModel(string folder)
    {
        Need.That(File.Exists(Path.Join(Installed, Service)), "Python's boto3: apt-get install python3-boto3");
        var model = JsonNode.Parse(File.ReadAllText(Path.Join(Installed, Service)))!;
        var metadata = model["metadata"]!;
        (metadata["protocol"], metadata["jsonVersion"], metadata["targetPrefix"]) = ("json", "1.0", "AmazonSQS");
        var copy = Path.Join(folder, Service);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.WriteAllText(copy, model.ToJsonString());
        return folder;
    }
}
