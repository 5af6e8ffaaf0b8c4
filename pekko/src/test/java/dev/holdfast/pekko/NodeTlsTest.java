package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.TlsFiles;
import dev.holdfast.spi.Engine;
import dev.holdfast.testkit.TestAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates two nodes must have to speak with each other. */
class NodeTlsTest {
  private static final String HOST = "127.0.0.1";

  @TempDir
  Path folder;

  private final TestAuthority authority = new TestAuthority("authority", Instant.now());
  private Path ca;
  private NodeTls foo;

  @BeforeEach
  void start() {
    ca = authority.certificate(folder);
    foo = tls(authority.issue(folder, "foo", HOST));
  }

  private NodeTls tls(TestAuthority.Issued own) {
    return new NodeTls(new Engine.Tls(own.certificate(), own.key(), ca));
  }

  /** Shakes hands without a network. */
  private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(64 * 1024);
    ByteBuffer toClient = ByteBuffer.allocate(64 * 1024);
    client.beginHandshake();
    server.beginHandshake();
    for (int i = 0; i < 100; i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    HandshakeStatus status = engine.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_TASK) {
      Runnable task;
      while ((task = engine.getDelegatedTask()) != null) {
        task.run();
      }
    } else if (status == HandshakeStatus.NEED_WRAP) {
      engine.wrap(ByteBuffer.allocate(0), out);
    } else if (in.position() > 0) {
      in.flip();
      engine.unwrap(in, ByteBuffer.allocate(64 * 1024));
      in.compact();
    }
  }

  private SSLEngine fooServes() {
    return foo.createServerSSLEngine(HOST, 0);
  }

  @Test
  void nodesOfOneAuthorityUnderstandEachOther() throws SSLException {
    NodeTls bar = tls(authority.issue(folder, "bar", HOST));
    SSLEngine client = bar.createClientSSLEngine(HOST, 1);

    handshake(client, fooServes());
    assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void whoHasNoCertificateIsRefused() {
    SSLEngine client = TlsFiles.trusting(ca).createSSLEngine(HOST, 1);
    client.setUseClientMode(true);

    assertThatThrownBy(() -> handshake(client, fooServes())).isInstanceOf(SSLException.class);
  }

  @Test
  void whoHasACertificateOfAnotherAuthorityIsRefused() throws Exception {
    Path others = Files.createDirectory(folder.resolve("others"));
    TestAuthority strangers = new TestAuthority("strangers", Instant.now());
    SSLEngine client = engine(strangers.issue(others, "bar", HOST));

    assertThatThrownBy(() -> handshake(client, fooServes())).isInstanceOf(SSLException.class);
  }

  @Test
  void whoHasACertificateThatHasExpiredIsRefused() throws Exception {
    SSLEngine client = engine(authority.issueExpired(folder, "bar", HOST));

    assertThatThrownBy(() -> handshake(client, fooServes())).isInstanceOf(SSLException.class);
    SSLEngine good = engine(authority.issue(folder, "bar", HOST));
    assertThatCode(() -> handshake(good, fooServes())).doesNotThrowAnyException();
  }

  @Test
  void aNodeWhoseCertificateNamesAnotherHostIsNotTalkedTo() {
    NodeTls bar = tls(authority.issue(folder, "bar", "elsewhere.example", "127.0.0.2"));
    SSLEngine client = foo.createClientSSLEngine(HOST, 1);

    assertThatThrownBy(() -> handshake(client, bar.createServerSSLEngine(HOST, 1)))
        .isInstanceOf(SSLException.class);
    assertThatCode(() -> handshake(
            foo.createClientSSLEngine("elsewhere.example", 1), bar.createServerSSLEngine(HOST, 1)))
        .doesNotThrowAnyException();
  }

  @Test
  void anOlderTlsIsRefused() throws Exception {
    SSLEngine client = engine(authority.issue(folder, "bar", HOST));
    client.setEnabledProtocols(new String[] {"TLSv1.2"});

    assertThatThrownBy(() -> handshake(client, fooServes())).isInstanceOf(SSLException.class);
  }

  /** One that uses whatever certificate it is given, and trusts the nodes' authority. */
  private SSLEngine engine(TestAuthority.Issued own) throws GeneralSecurityException, IOException {
    Certificate certificate;
    try (var in = Files.newInputStream(own.certificate())) {
      certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    String pem = Files.readString(own.key()).replaceAll("-----[A-Z ]+-----", "");
    PrivateKey key = KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), TrustEverybody.MANAGERS, null);
    SSLEngine engine = context.createSSLEngine(HOST, 1);
    engine.setUseClientMode(true);
    return engine;
  }
}
