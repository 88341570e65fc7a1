using System.Security.Cryptography;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Gcs;

namespace TaskQueue.Tests.Storage.Gcs;

/// <summary>Which credentials sign URLs, and what is said of those that do not.</summary>
public sealed class GcsSignerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_accounts_key_signs_on_this_machine()
    {
        using var key = RSA.Create(2048);
        var json = JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "p",
            private_key_id = "k",
            private_key = key.ExportPkcs8PrivateKeyPem(),
            client_email = "worker@p.iam.gserviceaccount.com",
            client_id = "1",
        });
        var store = Open(CredentialFactory.FromJson(json, "service_account"));

        Assert.Null(await store.PrepareUrlsAsync(Stop));
        var url = store.GetUrl("a/b c.tif", TimeSpan.FromHours(2))!;
        Assert.StartsWith("https://storage.googleapis.com/bucket/some/prefix/a/b%20c.tif?", url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("X-Goog-Expires=7200", url.Query, StringComparison.Ordinal);
        Assert.Contains("X-Goog-Signature=", url.Query, StringComparison.Ordinal);
        Assert.Contains("worker%40p.iam.gserviceaccount.com", url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_is_named_and_its_urls_are_for_people_who_are_logged_in()
    {
        const string Login = """{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r"}""";
        var store = Open(CredentialFactory.FromJson(Login, "authorized_user"));

        Assert.StartsWith("A user's login has no key that signs URLs", await store.PrepareUrlsAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("https://storage.cloud.google.com/bucket/some/prefix/a", store.GetUrl("a", TimeSpan.FromHours(2))!.AbsoluteUri);
    }

    private static BucketStore Open(GoogleCredential credential) => new(
        new GcsBucket(GcsClients.Create("http://127.0.0.1:1", token: null), "bucket", _ => Task.FromResult(new GcsSigner(credential))), "some/prefix");
}
