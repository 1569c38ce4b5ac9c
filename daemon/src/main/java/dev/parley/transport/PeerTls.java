package dev.parley.transport;

import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.ClientAuth;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS between peers, pinned to their keys: no authority, no names, no dates.
 *
 * <p>Both sides show a self-signed Ed25519 certificate, and TLS proves that they hold its key;
 * whose key it is, is all that is looked at. A dialler knows whom it expects. Resumption and 0-RTT
 * stay off, for a resumed session would not be looked at again. Thread-safe.
 */
final class PeerTls {
  /** ALPN (RFC 7301): the major version of what two peers speak. */
  static final String PROTOCOL = "parley/1";

  /** The same of a connection that is not the link but carries bulk beside it. */
  static final String BULK_PROTOCOL = "parley-bulk/1";

  private static final String[] GROUPS = {"X25519MLKEM768", "x25519"};
  private static final String[] SIGNATURES = {"ed25519"};

  private final Map<SSLEngine, Expectation> expected = new ConcurrentHashMap<>();
  final QuicSslContext server;
  final QuicSslContext client;
  final QuicSslContext bulkClient;

  PeerTls(Identity identity) {
    Keys keys = new Keys(identity);
    Trust trust = new Trust();
    this.server =
        common(QuicSslContextBuilder.forServer(keys, null), trust, PROTOCOL, BULK_PROTOCOL)
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    this.client = clientContext(keys, trust, PROTOCOL);
    this.bulkClient = clientContext(keys, trust, BULK_PROTOCOL);
  }

  private static QuicSslContext clientContext(Keys keys, Trust trust, String protocol) {
    return common(QuicSslContextBuilder.forClient().keyManager(keys, null), trust, protocol)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  private static QuicSslContextBuilder common(
      QuicSslContextBuilder builder, Trust trust, String... protocols) {
    return builder
        .trustManager(trust)
        .applicationProtocols(protocols)
        .earlyData(false)
        .option(BoringSSLContextOption.GROUPS, GROUPS)
        .option(BoringSSLContextOption.SIGNATURE_ALGORITHMS, SIGNATURES);
  }

  /** Whom a dialler wants to meet, and whom it met instead. Thread-safe. */
  static final class Expectation {
    final PeerId wanted;
    private volatile @Nullable PeerId met;

    Expectation(PeerId wanted) {
      this.wanted = wanted;
    }

    /** A sentence on who was there in place of the one that was wanted; empty when nobody was. */
    Optional<String> disappointment() {
      PeerId other = met;
      return other == null || other.equals(wanted)
          ? Optional.empty()
          : Optional.of("it proved to be " + other + ", not the peer that was dialled");
    }
  }

  void expect(SSLEngine engine, Expectation expectation) {
    expected.put(engine, expectation);
  }

  void forget(@Nullable SSLEngine engine) {
    if (engine != null) {
      expected.remove(engine);
    }
  }

  int expectations() {
    return expected.size();
  }

  /** Who the other side has proven to be. */
  static Optional<PeerId> provenPeer(@Nullable SSLEngine engine) {
    SSLSession session = engine == null ? null : engine.getSession();
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Identity.idOf(certificate.getPublicKey())
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** Whether this side or the other has begun a connection for bulk. */
  static boolean isBulk(@Nullable SSLEngine engine) {
    return engine != null && BULK_PROTOCOL.equals(engine.getApplicationProtocol());
  }

  private final class Trust extends X509ExtendedTrustManager {
    private static PeerId shownBy(X509Certificate[] chain) throws CertificateException {
      PublicKey key;
      try {
        key = chain[0].getPublicKey();
      } catch (RuntimeException e) {
        // Of a certificate that is read late; the JDK throws so for an Ed25519 key of no bytes.
        throw new CertificateException("the certificate cannot be read", e);
      }
      return Identity.idOf(key)
          .orElseThrow(() -> new CertificateException("the certificate's key is not Ed25519"));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      Expectation expectation = expected.get(engine);
      if (expectation == null) {
        throw new CertificateException("nobody was dialled with this engine");
      }
      PeerId shown = shownBy(chain);
      expectation.met = shown;
      if (!shown.equals(expectation.wanted)) {
        throw new CertificateException("another peer answered: " + shown);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      // Whoever it is: the key is looked at once it is proven.
      PeerId unused = shownBy(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("peers are met over QUIC only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("peers are met over QUIC only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("peers are met over QUIC only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("peers are met over QUIC only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static final class Keys extends X509ExtendedKeyManager {
    private static final String ALIAS = "parley";
    private final Identity identity;

    Keys(Identity identity) {
      this.identity = identity;
    }

    @Override
    public String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String chooseEngineServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {identity.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.privateKey();
    }
  }
}
