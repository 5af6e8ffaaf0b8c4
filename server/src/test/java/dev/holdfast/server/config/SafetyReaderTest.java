package dev.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever lets strangers in must have said so. */
final class SafetyReaderTest {
  @TempDir
  Path folder;

  private static ServerConfig load(String... options) {
    Map<String, String> flags = new HashMap<>(Map.of("node.name", "foo"));
    for (String option : options) {
      String[] nameAndValue = option.split("=", 2);
      flags.put(nameAndValue[0], nameAndValue[1]);
    }
    return new ConfigSources(null, Map.of(), flags).load();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.168.1.7", "example.org", "::2", "128.0.0.1", "localhost.example"})
  void anAddressThatOthersCanReachNeedsTlsAndTokens(String host) {
    assertThatThrownBy(() -> load("http.host=" + host))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("needs TLS (http.tls.certificate and http.tls.key) and access tokens")
        .hasMessageContaining("http.insecure = true");
    assertThatThrownBy(() -> load("http.host=" + host, "http.tokens=tokens"))
        .hasMessageContaining("needs TLS (http.tls.certificate and http.tls.key), or");
    assertThatThrownBy(() -> load("http.host=" + host, "http.tls.certificate=c", "http.tls.key=k"))
        .hasMessageContaining("needs access tokens");
    assertThatThrownBy(() -> load("node.host=" + host))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("set node.tls.certificate, node.tls.key and node.tls.ca");
  }

  @Test
  void withBothItMayListenAnywhere() {
    ServerConfig config = load(
        "http.host=0.0.0.0",
        "http.advertised=https://foo.example:8080",
        "http.tls.certificate=c",
        "http.tls.key=k",
        "http.tokens=t",
        "node.host=10.0.0.5",
        "node.tls.certificate=c",
        "node.tls.key=k",
        "node.tls.ca=a");

    assertThat(config.http().missing()).isEmpty();
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(config.node().tls())
        .isEqualTo(new ServerConfig.Tls(Path.of("c"), Path.of("k"), Path.of("a")));
  }

  @Test
  void http2NeedsTls() {
    assertThatThrownBy(() -> load("http.http2=true"))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("set http.tls.certificate and http.tls.key as well");
    assertThat(load("http.http2=true", "http.tls.certificate=c", "http.tls.key=k")
            .http()
            .http2())
        .isTrue();
    assertThat(load("http.tls.certificate=c", "http.tls.key=k").http().http2()).isFalse();
  }

  @Test
  void anOperatorMayDoWithoutByName() {
    ServerConfig config = load(
        "http.host=10.0.0.5", "http.insecure=true", "node.host=10.0.0.5", "node.insecure=true");

    assertThat(config.http().missing()).contains("TLS", "access tokens");
    assertThat(config.node().tls()).isNull();
  }

  @Test
  void allAddressesAtOnceCannotBeToldToOthers() {
    assertThatThrownBy(() -> load("http.host=0.0.0.0", "http.insecure=true"))
        .hasMessageContaining("set http.advertised as well");
    assertThatThrownBy(() -> load("node.host=0.0.0.0", "node.insecure=true"))
        .hasMessageContaining("one address, which other nodes are told");
  }

  @ParameterizedTest
  @CsvSource({
    "http.tls.certificate, http.tls.certificate and http.tls.key belong together",
    "http.tls.key, http.tls.certificate and http.tls.key belong together",
    "node.tls.ca, 'node.tls.certificate, node.tls.key and node.tls.ca belong together'",
  })
  void halfOfTlsIsRefused(String option, String message) {
    assertThatThrownBy(() -> load(option + "=x")).hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "http://x", "", "a/b", "evil\nhost"})
  void whatIsNoHostIsRefused(String host) {
    assertThatThrownBy(() -> load("http.host=" + host))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("an address or the name of a host");
  }

  @Test
  void filesAreSeenFromTheConfigurationThatNamesThem() throws IOException {
    Path file = Files.writeString(
        folder.resolve("holdfast.conf"),
        "http.tokens = tokens, http.tls.key = /k\n" + "http.tls.certificate = tls/c");
    ServerConfig.Http http =
        new ConfigSources(file, Map.of(), Map.of("node.name", "foo")).load().http();

    assertThat(http.tokens()).isEqualTo(folder.resolve("tokens"));
    assertThat(http.tls())
        .isEqualTo(new ServerConfig.Tls(folder.resolve("tls/c"), Path.of("/k"), null));
  }
}
