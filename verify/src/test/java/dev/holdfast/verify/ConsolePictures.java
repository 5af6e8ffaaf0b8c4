package dev.holdfast.verify;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.holdfast.verify.ConsoleBrowser.Eyes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Takes the pictures of the console that the documents show: {@code verify/console-pictures}. */
final class ConsolePictures {
  private static final long GROWN_MILLIS = 12_000;
  private static final long LONGEST_DRAIN_MILLIS = 120_000;

  private final ConsoleNodes nodes;
  private final ConsoleBrowser browser;
  private final Path images;

  private ConsolePictures(ConsoleNodes nodes, ConsoleBrowser browser, Path images) {
    this.nodes = nodes;
    this.browser = browser;
    this.images = images;
  }

  /**
   * Takes them.
   *
   * @param args where to put them; else into docs/images
   */
  public static void main(String[] args) throws IOException {
    Path images = args.length > 0 ? Path.of(args[0]) : SourceTree.root().resolve("docs/images");
    Path chromium = ConsoleBrowser.find()
        .orElseThrow(() -> new IllegalStateException("there is no chromium here"));
    Path folder = Files.createTempDirectory("holdfast-pictures-");
    try (ConsoleNodes nodes = ConsoleNodes.start(folder);
        ConsoleBrowser browser = ConsoleBrowser.start(chromium)) {
      new ConsolePictures(nodes, browser, Files.createDirectories(images)).take();
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void take() {
    nodes.foo().set("order-1041", "working");
    nodes.foo().set("order-1042", "finalized");
    nodes.foo().set("entity_1", "working");
    List<Page> overviews = List.of(
        browser.open(nodes.foo(), "overview", Eyes.LIGHT, true),
        browser.open(nodes.foo(), "overview", Eyes.DARK, true));
    for (Eyes eyes : List.of(Eyes.LIGHT, Eyes.DARK)) {
      entities(eyes);
    }
    map();
    Rest.millis(GROWN_MILLIS);
    drain();
    picture(overviews.get(0), "overview", Eyes.LIGHT);
    picture(overviews.get(1), "overview", Eyes.DARK);
  }

  private void entities(Eyes eyes) {
    Page page = browser.open(nodes.bar(), "entities/entity/entity_1", eyes, true);
    assertThat(page.locator(".value")).containsText("working");
    assertThat(page.locator(".ids")).containsText("order-1042");
    page.getByText("Who owned it").click();
    assertThat(page.locator(".past")).containsText("owns it now");
    picture(page, "entities", eyes);
  }

  private void map() {
    Eyes eyes = low(Eyes.DARK);
    Page page = browser.open(nodes.foo(), "map/27", eyes, true);
    assertThat(page.locator(".cell.live").first()).isVisible();
    picture(page, "map", eyes);
  }

  /** A map of two nodes does not need a whole screen. */
  private static Eyes low(Eyes eyes) {
    return new Eyes(eyes.scheme(), eyes.width(), 510);
  }

  /** The map while shards fly. */
  private void drain() {
    Page page = browser.open(nodes.foo(), "map/27", low(Eyes.LIGHT), false);
    assertThat(page.locator(".cell.live").first()).isVisible();
    nodes.foo().drain(nodes.bar());
    page.locator(".cell.flying").first().waitFor();
    picture(page, "map", Eyes.LIGHT);
    LocatorAssertions.HasCountOptions patience =
        new LocatorAssertions.HasCountOptions().setTimeout(LONGEST_DRAIN_MILLIS);
    assertThat(page.locator(".box h2").getByText("bar")).hasCount(0, patience);
  }

  private void picture(Page page, String view, Eyes eyes) {
    String name = "console-" + view + "-" + eyes.scheme().name().toLowerCase(Locale.ROOT);
    page.screenshot(new Page.ScreenshotOptions().setPath(images.resolve(name + ".png")));
  }
}
