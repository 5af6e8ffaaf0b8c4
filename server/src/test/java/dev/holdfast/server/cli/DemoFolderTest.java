package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
  @TempDir
  Path place;

  private Path folder(String name, String pid) throws IOException {
    Path folder = Files.createDirectories(place.resolve(name).resolve("demo-entities"));
    Files.writeString(folder.resolve("entity_1"), "{}");
    if (!pid.isEmpty()) {
      Files.writeString(place.resolve(name).resolve("pid"), pid);
    }
    return place.resolve(name);
  }

  private static long pidOfSomethingThatHasEnded() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  @Test
  void whatAKilledDemoLeftBehindIsRemoved() throws IOException, InterruptedException {
    Path left = folder("holdfast-demo-1", pidOfSomethingThatHasEnded() + "\n");

    DemoFolder.removeLeftovers(place);

    assertThat(left).doesNotExist();
  }

  @Test
  void foldersOfLivingDemosAndOfOthersStay() throws IOException {
    Path living = folder("holdfast-demo-1", ProcessHandle.current().pid() + "\n");
    Path beingMade = folder("holdfast-demo-2", "");
    Path odd = folder("holdfast-demo-3", "not a number");
    Path other = folder("other", "999999999");

    DemoFolder.removeLeftovers(place);

    assertThat(living).exists();
    assertThat(beingMade).exists();
    assertThat(odd).exists();
    assertThat(other).exists();
  }

  @Test
  void aTemporaryFolderGoesWithItsDemoAndAGivenOneStays() {
    Path given = place.resolve("mine");
    try (DemoFolder folder = DemoFolder.open(given)) {
      assertThat(folder.config()).exists();
    }
    assertThat(given).exists();

    DemoFolder temporary = DemoFolder.open(null);
    assertThat(temporary.path()).exists();
    temporary.close();
    assertThat(temporary.path()).doesNotExist();
  }
}
