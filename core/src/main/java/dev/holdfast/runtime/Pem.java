package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys from PEM files; what cannot be used is told with what to do. */
final class Pem {
  private static final Pattern KEY = Pattern.compile(
      "-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END [A-Z ]*PRIVATE KEY-----");
  private static final int LARGEST_FILE = 1024 * 1024;

  private Pem() {}

  /** All certificates of a file, in their order. */
  static List<X509Certificate> certificates(Path file) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw problem(file, "no certificate in PEM can be read from it");
    }
    throw problem(file, "it holds no certificate");
  }

  /** The private key of a file, which must be the one that belongs to {@code certificate}. */
  static PrivateKey key(Path file, X509Certificate certificate) {
    Matcher block = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw problem(file, "it holds no private key in PEM");
    }
    if (!block.group(1).equals("PRIVATE KEY")) {
      throw problem(
          file,
          "its key is no unencrypted PKCS #8; convert it with: openssl pkcs8 -topk8 -nocrypt -in "
              + file.getFileName());
    }
    String algorithm = certificate.getPublicKey().getAlgorithm();
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw problem(file, "keys are RSA or EC, not " + algorithm);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      PrivateKey key =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      requireMatch(key, certificate, file);
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw problem(file, "its key is not the " + algorithm + " key of the certificate");
    }
  }

  private static void requireMatch(PrivateKey key, X509Certificate certificate, Path file)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(
        key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
    signature.initSign(key);
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update((byte) 1);
    if (!signature.verify(signed)) {
      throw problem(file, "its key is not the one of the certificate");
    }
  }

  private static byte[] read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw problem(file, "it is larger than 1 MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw problem(file, "it cannot be read");
    }
  }

  static NotDone.CannotStart problem(Path file, String what) {
    return new NotDone.CannotStart("cannot use " + file + " for TLS: " + what);
  }
}
