package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whether what the files under deploy say of this program is true. */
final class DeploymentFilesTest {
  private static final Path ROOT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Pattern VARIABLE = Pattern.compile("\\b(HOLDFAST_[A-Z_]+)[= ]");
  private static final Pattern INSTRUCTION =
      Pattern.compile("(?m)^(FROM|WORKDIR|COPY|RUN|USER|ENV|EXPOSE|STOPSIGNAL|ENTRYPOINT|CMD) ");

  /** What a node takes to leave at most, with requests under way: see docs/operating.md. */
  private static final int LEAVING_SECONDS = 18;

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static void assertVariablesAreOptions(String text) {
    List<String> names =
        VARIABLE.matcher(text).results().map(match -> match.group(1)).distinct().toList();
    assertThat(names).isNotEmpty();
    for (String name : names) {
      String value = switch (name) {
        case "HOLDFAST_LOG_FORMAT" -> "json";
        case "HOLDFAST_DATABASE_URL" -> "jdbc:postgresql://db/shop";
        default -> "foo";
      };
      Map<String, String> flags =
          name.equals("HOLDFAST_NODE_NAME") ? Map.of() : Map.of("node.name", "foo");
      assertThat(new ConfigSources(null, Map.of(name, value), flags).load())
          .as(name)
          .isNotNull();
    }
  }

  private static List<String> lines(String unit, String setting) {
    return Pattern.compile("(?m)^" + setting + "=(.*)$")
        .matcher(unit.replace("\\\n", " "))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void theUnitStartsANodeByOptionsThatThereAre() throws IOException {
    String unit = read("deploy/systemd/holdfast.service");
    String start = String.join("", lines(unit, "ExecStart"));
    assertThat(start).contains("/opt/holdfast/holdfast-server.jar");
    String arguments = start.substring(start.indexOf(" node "));
    Main.commands().parseArgs(arguments.strip().split("\\s+", -1));
    assertVariablesAreOptions(unit);
  }

  @Test
  void theUnitGivesANodeTheTimeToLeaveAndDoesNotRepeatAWrongConfiguration() throws IOException {
    String unit = read("deploy/systemd/holdfast.service");
    assertThat(lines(unit, "TimeoutStopSec"))
        .singleElement()
        .satisfies(seconds -> assertThat(Integer.parseInt(seconds)).isGreaterThan(LEAVING_SECONDS));
    assertThat(lines(unit, "KillSignal")).containsExactly("SIGTERM");
    assertThat(lines(unit, "RestartPreventExitStatus")).containsExactly("2");
    assertThat(lines(unit, "NoNewPrivileges")).containsExactly("yes");
    assertThat(lines(unit, "CapabilityBoundingSet")).containsExactly("");
  }

  @Test
  void theImageHoldsWhatTheBuildMakesAndRunsWithoutPrivileges() throws IOException {
    String file = read("deploy/Dockerfile");
    String joined = file.replaceAll("(?m)^#.*$", "").replaceAll("\\\\\\n", " ");
    assertThat(joined.lines().filter(line -> !line.isBlank()))
        .allMatch(line -> INSTRUCTION.matcher(line).find());
    List<String> instructions = INSTRUCTION
        .matcher(joined)
        .results()
        .map(MatchResult::group)
        .map(String::strip)
        .toList();
    assertThat(instructions).startsWith("FROM").contains("USER").endsWith("ENTRYPOINT", "CMD");
    assertThat(read("server/pom.xml"))
        .contains("<finalName>holdfast-server</finalName>")
        .contains("<outputDirectory>${project.build.directory}/lib</outputDirectory>");
    assertThat(file)
        .contains("/sources/server/target/holdfast-server.jar", "/sources/server/target/lib ")
        .containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$");
    String command = file.substring(file.indexOf("ENTRYPOINT ") + "ENTRYPOINT ".length());
    JsonMapper.shared().readTree(command.lines().findFirst().orElse(""));
    assertVariablesAreOptions(file);
  }
}
