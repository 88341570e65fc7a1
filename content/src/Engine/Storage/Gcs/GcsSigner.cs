using Google.Apis.Auth.OAuth2;
using Google.Cloud.Storage.V1;

namespace TaskQueue.Storage.Gcs;

/// <summary>Signs URLs with the private key of the credentials, on this machine; nothing is asked of a service.</summary>
internal sealed class GcsSigner
{
    private readonly UrlSigner? _signer;

    public GcsSigner(GoogleCredential credential)
    {
        if (credential.UnderlyingCredential is ServiceAccountCredential { Key: not null } account)
            _signer = UrlSigner.FromCredential(account);
        else
            Fault = $"{Describe(credential.UnderlyingCredential)} has no key that signs URLs: they open for people who are logged in to Google "
                + "and may read the bucket. For signed ones, let GOOGLE_APPLICATION_CREDENTIALS name a service account's key file.";
    }

    /// <summary>Why nothing can be signed, in a sentence; null when it can.</summary>
    public string? Fault { get; }

    /// <returns>Null when nothing can be signed.</returns>
    public Uri? Sign(string bucket, string key, TimeSpan validFor) => _signer is null ? null : new Uri(_signer.Sign(
        UrlSigner.RequestTemplate.FromBucket(bucket).WithObjectName(key).WithHttpMethod(HttpMethod.Get),
        UrlSigner.Options.FromDuration(validFor).WithSigningVersion(SigningVersion.V4)));

    private static string Describe(object credential) => credential switch
    {
        UserCredential => "A user's login",
        ComputeCredential => "This machine's account",
        _ => $"A credential of the type {credential.GetType().Name}",
    };
}
