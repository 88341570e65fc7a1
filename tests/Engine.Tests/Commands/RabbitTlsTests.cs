using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Commands;

/// <summary>RabbitMQ behind TLS: a certificate is accepted when the machine trusts it, and not otherwise.</summary>
public sealed class RabbitTlsTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_trusted_certificate_is_accepted_and_any_other_is_refused_within_10_s()
    {
        var port = WriteCertificate();
        await using var broker = await TestBroker.StartAsync(
            $"""
            listeners.ssl.1 = 127.0.0.1:{port}
            ssl_options.certfile = {_project["certificate.pem"]}
            ssl_options.keyfile = {_project["key.pem"]}
            ssl_options.verify = verify_none
            ssl_options.fail_if_no_peer_cert = false

            """);
        _project.WriteSettings($"TASKQUEUE_PATH=amqps://guest:guest@localhost:{port}/tasks\nTQ_MAX_ATTEMPTS=1\n");

        var trusted = await BuiltProgram.ShellAsync(
            _project.Root, "export SSL_CERT_FILE=$PWD/certificate.pem; $P insert-tasks && $P worker --exit-when-empty && $P status");
        Assert.Equal((0, ""), (trusted.Code, trusted.Code == 0 ? "" : trusted.Error));
        Assert.Contains("10 of 12", trusted.Output, StringComparison.Ordinal);

        var clock = Stopwatch.StartNew();
        var stranger = await BuiltProgram.ShellAsync(_project.Root, "$P insert-tasks --no-filter");
        Assert.Equal(78, stranger.Code);
        Assert.Contains("certificate", stranger.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", stranger.Error, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10) + Noise.Most);
    }

    /// <returns>A port that is free for the broker.</returns>
    private int WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_project["certificate.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_project["key.pem"], key.ExportPkcs8PrivateKeyPem());
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
