using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Gcs;

/// <summary>
/// Access tokens of the application default credentials: a key file, the user's own login, or the machine's account.
/// </summary>
/// <remarks>
/// The library's own search for them is made once in a process: where a key file came late, or the machine's account was
/// not ready, it finds nothing from then on. This one is made again.
/// </remarks>
internal static class GcsCredentials
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    private static readonly TimeSpan MachinePatience = TimeSpan.FromSeconds(5);
    private static GoogleCredential? found;

    /// <summary>A token that is valid now; it is kept, and renewed before its end.</summary>
    /// <exception cref="TaskQueueException">There are no credentials, or they are refused (77).</exception>
    public static async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            ITokenAccess credential = await GetAsync(cancellationToken);
            return await credential.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (
            e is not (HttpRequestException or IOException or OperationCanceledException or TaskQueueException))
        {
            throw GcsErrors.NoCredentials(e.Message, e);
        }
    }

    /// <summary>What signs URLs.</summary>
    /// <exception cref="TaskQueueException">There are no credentials (77).</exception>
    public static async Task<GcsSigner> GetSignerAsync(CancellationToken cancellationToken) => new(await GetAsync(cancellationToken));

    private static async Task<GoogleCredential> GetAsync(CancellationToken cancellationToken) =>
        found ??= await FindAsync(cancellationToken);

    private static async Task<GoogleCredential> FindAsync(CancellationToken cancellationToken)
    {
        var file = FindFile();
        try
        {
            return file is null ? await AskMachineAsync(cancellationToken) : await ReadAsync(file, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A file may be damaged in many ways, and a machine without an account answer in many.
            var why = file is null ? "no key file, no login, no account of this machine." : $"'{file}': {e.Message}";
            throw GcsErrors.NoCredentials(why, e);
        }
    }

    private static string? FindFile()
    {
        if (Environment.GetEnvironmentVariable("GOOGLE_APPLICATION_CREDENTIALS") is { Length: > 0 } named)
            return named;

        var settings = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData)
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        var login = Path.Join(settings, "gcloud", "application_default_credentials.json");
        return File.Exists(login) ? login : null;
    }

    private static async Task<GoogleCredential> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        var type = JsonElement.Parse(text).GetProperty("type").GetString();
        return CredentialFactory.FromJson(text, type).CreateScoped(Scope);
    }

    private static async Task<GoogleCredential> AskMachineAsync(CancellationToken cancellationToken)
    {
        var machine = new ComputeCredential(new ComputeCredential.Initializer { Scopes = [Scope] });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(MachinePatience);
        await machine.RequestAccessTokenAsync(patience.Token);
        return machine.ToGoogleCredential();
    }
}
