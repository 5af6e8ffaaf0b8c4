package dev.holdfast.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A certificate authority that lives as long as a test: it issues certificates in PEM files, good
 * ones and bad ones, without any program or library. Thread-safe.
 */
public final class TestAuthority {
  /** The files of a certificate and of its key. */
  public record Issued(Path certificate, Path key) {}

  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT = 0x06;
  private static final int UTF8 = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final byte[] TRUE = {1, 1, (byte) 0xff};

  private static final byte[] ECDSA_WITH_SHA256 =
      der(SEQUENCE, der(OBJECT, hex("2a8648ce3d040302")));
  private static final byte[] COMMON_NAME = der(OBJECT, hex("550403"));
  private static final byte[] BASIC_CONSTRAINTS = der(OBJECT, hex("551d13"));
  private static final byte[] ALTERNATIVE_NAMES = der(OBJECT, hex("551d11"));
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration YEAR = Duration.ofDays(365);

  private final String name;
  private final KeyPair keys = keys();
  private final Instant now;
  private final AtomicLong serial = new AtomicLong(1);

  /** An authority whose certificates are valid around {@code now}. */
  public TestAuthority(String name, Instant now) {
    this.name = name;
    this.now = now;
  }

  /** Writes the authority's own certificate into the folder. */
  public Path certificate(Path folder) {
    byte[] constraints = extension(BASIC_CONSTRAINTS, TRUE, der(SEQUENCE, TRUE));
    byte[] own = sign(name, keys.getPublic(), now.minus(YEAR), now.plus(YEAR), constraints);
    return write(folder.resolve(name + ".pem"), "CERTIFICATE", own);
  }

  /** A certificate for those hosts, names or IPv4 addresses, that is valid now. */
  public Issued issue(Path folder, String subject, String... hosts) {
    return issue(folder, subject, now.minus(YEAR), now.plus(YEAR), hosts);
  }

  /** A certificate that was valid until yesterday. */
  public Issued issueExpired(Path folder, String subject, String... hosts) {
    return issue(folder, subject, now.minus(YEAR), now.minus(Duration.ofDays(1)), hosts);
  }

  private Issued issue(Path folder, String subject, Instant from, Instant to, String... hosts) {
    KeyPair own = keys();
    byte[] names = extension(ALTERNATIVE_NAMES, new byte[0], der(SEQUENCE, alternatives(hosts)));
    byte[] certificate = sign(subject, own.getPublic(), from, to, names);
    return new Issued(
        write(folder.resolve(subject + ".pem"), "CERTIFICATE", certificate),
        write(
            folder.resolve(subject + "-key.pem"),
            "PRIVATE KEY",
            own.getPrivate().getEncoded()));
  }

  private byte[] sign(
      String subject, PublicKey key, Instant from, Instant to, byte[] extensionBytes) {
    byte[] validity = der(SEQUENCE, time(from), time(to));
    byte[] body = der(
        SEQUENCE,
        der(0xa0, der(INTEGER, new byte[] {2})),
        der(INTEGER, new byte[] {(byte) serial.getAndIncrement()}),
        ECDSA_WITH_SHA256,
        distinguished(name),
        validity,
        distinguished(subject),
        key.getEncoded(),
        der(0xa3, der(SEQUENCE, extensionBytes)));
    return der(SEQUENCE, body, ECDSA_WITH_SHA256, der(BIT_STRING, new byte[1], signature(body)));
  }

  private byte[] signature(byte[] body) {
    try {
      PrivateKey key = keys.getPrivate();
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(body);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] distinguished(String commonName) {
    byte[] value = der(UTF8, commonName.getBytes(StandardCharsets.UTF_8));
    return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, value)));
  }

  private static byte[] extension(byte[] id, byte[] critical, byte[] value) {
    return der(SEQUENCE, id, critical, der(OCTET_STRING, value));
  }

  private static byte[] alternatives(String... hosts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String host : hosts) {
      all.writeBytes(
          host.matches("[0-9.]+")
              ? der(0x87, address(host))
              : der(0x82, host.getBytes(StandardCharsets.US_ASCII)));
    }
    return all.toByteArray();
  }

  private static byte[] address(String host) {
    try {
      return InetAddress.getByName(host).getAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] time(Instant time) {
    return der(UTC_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /** A tag, the length of what is in it, then that. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    if (length >= 0x100) {
      whole.write(0x82);
      whole.write(length >> 8);
    } else if (length >= 0x80) {
      whole.write(0x81);
    }
    whole.write(length);
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  private static byte[] hex(String digits) {
    return java.util.HexFormat.of().parseHex(digits);
  }

  private static Path write(Path file, String kind, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    try {
      return Files.writeString(
          file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
