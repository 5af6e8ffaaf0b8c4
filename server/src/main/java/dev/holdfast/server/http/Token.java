package dev.holdfast.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An access token as a server knows it: a name, what it allows, and the SHA-256 of its text, which
 * is long and random, so that the hash cannot be turned back. Immutable.
 */
public final class Token {
  private static final Pattern LINE =
      Pattern.compile("([A-Za-z0-9._-]{1,64})\\s+([a-z,]+)\\s+sha256:([0-9a-fA-F]{64})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int RANDOM_BYTES = 32;

  private final String name;
  private final Set<Scope> scopes;
  private final byte[] hash;

  private Token(String name, Set<Scope> scopes, byte[] hash) {
    this.name = name;
    this.scopes = Set.copyOf(scopes);
    this.hash = hash;
  }

  /** A new secret text: 256 random bits. */
  public static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return "holdfast_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The token with that text.
   *
   * @throws IllegalArgumentException saying what a name may be
   */
  public static Token of(String name, Set<Scope> scopes, String text) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a token's name is 1 to 64 letters, digits, dots, - and _, not \"" + name + "\"");
    }
    return new Token(name, scopes, sha256(text));
  }

  /** The token in a line of a configuration; empty if there is none in it. */
  static Optional<Token> parse(String line) {
    Matcher matcher = LINE.matcher(line.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    byte[] hash = HexFormat.of().parseHex(matcher.group(3));
    return Scope.parse(matcher.group(2)).map(scopes -> new Token(matcher.group(1), scopes, hash));
  }

  /** The line that {@link #parse} reads; nothing in it is secret. */
  public String line() {
    return name + " " + Scope.list(scopes) + " sha256:" + HexFormat.of().formatHex(hash);
  }

  String name() {
    return name;
  }

  boolean allows(Scope scope) {
    return scopes.contains(scope);
  }

  /** Compares in a time that tells nothing about how much of the hash is right. */
  boolean hasHash(byte[] presented) {
    return MessageDigest.isEqual(hash, presented);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  public String toString() {
    return "Token[" + name + ", " + Scope.list(scopes) + ", ***]";
  }
}
