package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.spi.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key and the authorities that are trusted, in PEM files that are
 * {@link Reread read anew} when they change. Thread-safe.
 */
public final class TlsFiles {
  private static final Duration CHECK = Duration.ofSeconds(5);

  private final Path certificate;
  private final Path key;
  private final @Nullable Path authorities;
  private final Reread<SSLContext> context;

  private TlsFiles(Path certificate, Path key, @Nullable Path authorities, Ticker ticker) {
    this.certificate = certificate;
    this.key = key;
    this.authorities = authorities;
    List<Path> files =
        authorities == null ? List.of(certificate, key) : List.of(certificate, key, authorities);
    this.context = new Reread<>(files, CHECK, ticker, this::load);
  }

  /**
   * Reads the files.
   *
   * @param authorities the only authorities that are trusted; null for those that Java trusts
   * @throws NotDone.CannotStart naming the file, what is wrong with it and what to do
   */
  public static TlsFiles read(
      Path certificate, Path key, @Nullable Path authorities, Ticker ticker) {
    return new TlsFiles(certificate, key, authorities, ticker);
  }

  /** A context for clients that trusts only the authorities in {@code file}. */
  public static SSLContext trusting(Path file) {
    try {
      return context(null, trust(file));
    } catch (GeneralSecurityException | IOException e) {
      throw Pem.problem(file, String.valueOf(e.getMessage()));
    }
  }

  /** What new connections are to use; looks at the files, at most once in a few seconds. */
  public SSLContext context() {
    return context.value();
  }

  private SSLContext load() {
    List<X509Certificate> chain = Pem.certificates(certificate);
    PrivateKey privateKey = Pem.key(key, chain.get(0));
    requireValid(chain.get(0));
    try {
      KeyStore store = empty();
      store.setKeyEntry("own", privateKey, new char[0], chain.toArray(Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      return context(keys, authorities == null ? null : trust(authorities));
    } catch (GeneralSecurityException | IOException e) {
      throw Pem.problem(certificate, String.valueOf(e.getMessage()));
    }
  }

  private void requireValid(X509Certificate own) {
    try {
      own.checkValidity();
    } catch (GeneralSecurityException e) {
      DateTimeFormatter date = DateTimeFormatter.ISO_INSTANT;
      throw Pem.problem(
          certificate,
          String.format(
              Locale.ROOT,
              "it is valid from %s to %s; renew it",
              date.format(own.getNotBefore().toInstant()),
              date.format(own.getNotAfter().toInstant())));
    }
  }

  private static SSLContext context(
      @Nullable KeyManagerFactory keys, @Nullable TrustManagerFactory trust)
      throws GeneralSecurityException {
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(
        keys == null ? null : keys.getKeyManagers(),
        trust == null ? null : trust.getTrustManagers(),
        null);
    return made;
  }

  private static TrustManagerFactory trust(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    int number = 0;
    for (X509Certificate authority : Pem.certificates(file)) {
      store.setCertificateEntry("authority" + number++, authority);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    return trust;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
