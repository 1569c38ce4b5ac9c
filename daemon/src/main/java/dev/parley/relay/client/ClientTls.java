package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** TLS toward a relay, and what its failures mean. */
final class ClientTls {
  private ClientTls() {}

  static SslContext context(RelayUrl url, RelayEnvironment environment) {
    SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    if (url.webTrust()) {
      // A proxy in front of the relay may be older than TLS 1.3.
      builder.protocols("TLSv1.3", "TLSv1.2").endpointIdentificationAlgorithm("HTTPS");
      environment.webTrust().ifPresent(builder::trustManager);
    } else {
      builder
          .protocols("TLSv1.3")
          .endpointIdentificationAlgorithm(null)
          .trustManager(new PinnedTrust(url.pinned().orElseThrow()));
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM has no TLS 1.3", e);
    }
  }

  /** What a failed TLS handshake says about the relay. */
  static RelayProblem problemOf(Throwable failure, RelayUrl url) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof PinnedTrust.WrongKeyException wrong) {
        return new RelayProblem.WrongKey(wrong.proved(), url.pinned().orElseThrow());
      }
      if (t instanceof CertificateException) {
        return new RelayProblem.NotTrusted(inWords(String.valueOf(t.getMessage())));
      }
      if (t instanceof NotSslRecordException) {
        return new RelayProblem.NoRelay("it speaks no TLS");
      }
    }
    if (failure instanceof SSLException) {
      return new RelayProblem.NoRelay("TLS failed: " + failure.getMessage());
    }
    return new RelayProblem.Unreachable(
        "the connection ended during the TLS handshake (" + failure.getMessage() + ")");
  }

  /** The JDK's commonest complaint names only its own classes. */
  private static String inWords(String jdk) {
    return jdk.contains("unable to find valid certification path")
        ? "no authority that this system trusts has signed it"
            + " (a relay's own certificate is pinned by HOST:PORT#RELAYID instead)"
        : jdk;
  }
}
