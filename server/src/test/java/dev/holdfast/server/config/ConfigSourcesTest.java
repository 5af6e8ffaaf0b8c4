package dev.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigSourcesTest {
  private static final Map<String, String> FOO = Map.of("node.name", "foo");

  @TempDir
  Path folder;

  @Test
  void aNameIsAllThatMustBeGiven() {
    ServerConfig config = new ConfigSources(null, Map.of(), FOO).load();

    assertThat(config.node()).isEqualTo(new ServerConfig.Node("foo", "127.0.0.1", 0, null, false));
    assertThat(config.http())
        .isEqualTo(new ServerConfig.Http(
            "127.0.0.1",
            8080,
            "",
            null,
            null,
            false,
            false,
            new ServerConfig.Limits(20_000, 1_024, 10_000, Duration.ofSeconds(20))));
    assertThat(config.database().url()).isEqualTo("jdbc:sqlite:holdfast-data/holdfast.db");
    assertThat(config.leaseTtl()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.shards()).isEqualTo(128);
    assertThat(config.memory())
        .isEqualTo(new ServerConfig.Memory(10_000, Duration.ofMinutes(2), 64 * 1024 * 1024));
    assertThat(config.largestValue()).isEqualTo(256 * 1024);
  }

  @Test
  void withoutTypesTheExampleTypeIsServed() {
    ServerConfig config = new ConfigSources(null, Map.of(), FOO).load();

    assertThat(config.types()).hasSize(1);
    DeclaredType entity = config.types().get(0);
    assertThat(entity.type().name()).isEqualTo("entity");
    assertThat(entity.type().mainField()).contains("state");
    assertThat(entity.type().initialValue("entity_3")).isEmpty();
  }

  @Test
  void withTypesTheExampleTypeIsNotServed() throws IOException {
    ServerConfig config = load("types.order { main-field = status }");

    assertThat(config.types()).extracting(t -> t.type().name()).containsExactly("order");
  }

  @Test
  void flagsWinOverTheEnvironmentWhichWinsOverTheFile() throws IOException {
    Path file = write("http.port = 1001\nshards = 11\nlease-ttl = 11s");
    Map<String, String> environment = Map.of("HOLDFAST_HTTP_PORT", "1002", "HOLDFAST_SHARDS", "12");

    ServerConfig config = new ConfigSources(
            file, environment, Map.of("node.name", "foo", "http.port", "1003"))
        .load();

    assertThat(config.http().port()).isEqualTo(1003);
    assertThat(config.shards()).isEqualTo(12);
    assertThat(config.leaseTtl()).isEqualTo(Duration.ofSeconds(11));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "http.prot = 1, `unknown option \"http.prot\"; did you mean \"http.port\"?`",
        "leasettl = 1s, `unknown option \"leasettl\"; did you mean \"lease-ttl\"?`",
        "type.order {}, `unknown option \"type\"; did you mean \"types\"?`",
        "types.order.shema {}, `did you mean \"types.order.schema\"?`",
        "types = 3, `\"types\" is a group of types`",
        "types.order = 3, `types.order is a group of main-field, schema, initial and seed`",
        "whatever = 1, `unknown option \"whatever\"`",
      })
  void anUnknownOptionIsRefusedAndTheNearestNamed(String line, String message) {
    assertThatThrownBy(() -> load(line))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("holdfast.conf: 1: ")
        .hasMessageEndingWith(message);
  }

  @Test
  void anUnknownVariableIsRefusedAndTheNearestNamed() {
    Map<String, String> environment = Map.of("HOLDFAST_HTTP_PROT", "1");

    assertThatThrownBy(() -> new ConfigSources(null, environment, FOO).load())
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("HOLDFAST_HTTP_PROT")
        .hasMessageEndingWith("did you mean \"HOLDFAST_HTTP_PORT\"?");
  }

  @ParameterizedTest
  @CsvSource({
    "http.port, 65536, a whole number from 0 to 65535",
    "http.port, eighty, a whole number from 0 to 65535",
    "node.port, -1, a whole number from 0 to 65535",
    "shards, 0, a whole number from 1 to 4096",
    "shards, 4097, a whole number from 1 to 4096",
    "lease-ttl, 500ms, 'a time from 1s to 60s, such as 5s'",
    "lease-ttl, soon, 'a time from 1s to 60s, such as 5s'",
    "memory.live-entities, 127, a whole number from 128 to 100000000",
    "memory.idle-timeout, 25h, 'a time from 1s to 1d, such as 5s'",
    "largest-value, 2 MiB, 'a size from 1 byte to 1048576 bytes, such as 64 KiB'",
    "node.name, Foo, 'a-z, 0-9 and -, a letter first, at most 32 characters'",
    "database.url, postgres, a JDBC URL such as jdbc:postgresql://host/database",
    "http.advertised, here, a URL such as http://localhost:8080",
  })
  void aValueOutOfRangeIsRefusedWithTheRange(String option, String value, String range) {
    Map<String, String> flags = new java.util.HashMap<>(FOO);
    flags.put(option, value);

    assertThatThrownBy(() -> new ConfigSources(null, Map.of(), flags).load())
        .isInstanceOf(ConfigProblem.class)
        .hasMessage("the command line: " + option + " is \"" + value + "\"; it must be " + range);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.1", "localhost, localhost", "[::1], ::1", "127.9.9.9, 127.9.9.9"})
  void addressesOfThisMachineAreAllowed(String host, String read) {
    Map<String, String> flags = Map.of("node.name", "foo", "http.host", host);

    assertThat(new ConfigSources(null, Map.of(), flags).load().http().host()).isEqualTo(read);
  }

  @Test
  void aNodeWithoutANameIsRefused() {
    assertThatThrownBy(() -> new ConfigSources(null, Map.of(), Map.of()).load())
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("--name");
  }

  @Test
  void aFileThatIsNoHoconIsRefusedWithTheLine() {
    assertThatThrownBy(() -> load("http {\n port = \"80\n}"))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("holdfast.conf: 2");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("nowhere.conf");

    assertThatThrownBy(() -> new ConfigSources(missing, Map.of(), FOO).load())
        .isInstanceOf(ConfigProblem.class)
        .hasMessage("cannot read the configuration file " + missing);
  }

  @Test
  void thePasswordIsNeverPrinted() {
    Map<String, String> environment = Map.of("HOLDFAST_DATABASE_PASSWORD", "hunter2");

    ServerConfig config = new ConfigSources(null, environment, FOO).load();

    assertThat(config.database().password()).isEqualTo("hunter2");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  private ServerConfig load(String text) throws IOException {
    return new ConfigSources(write(text), Map.of(), FOO).load();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("holdfast.conf"), text);
  }
}
