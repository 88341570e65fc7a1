using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace TaskQueue.Storage.Gcs;

/// <summary>
/// Access tokens of the application default credentials: a key file, the user's own login, or the machine's account.
/// </summary>
internal static class GcsCredentials
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    private static readonly Lazy<Task<GoogleCredential>> Found = new(FindAsync);

    /// <summary>A token that is valid now; it is kept, and renewed before its end.</summary>
    public static async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            ITokenAccess credential = await Found.Value.WaitAsync(cancellationToken);
            return await credential.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or TokenResponseException)
        {
            throw GcsErrors.NoCredentials(e);
        }
    }

    private static async Task<GoogleCredential> FindAsync() =>
        (await GoogleCredential.GetApplicationDefaultAsync()).CreateScoped(Scope);
}
