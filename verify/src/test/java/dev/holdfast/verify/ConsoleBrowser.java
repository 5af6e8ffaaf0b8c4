package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real browser that looks at consoles, and keeps what they should not have done. Belongs to one
 * thread.
 */
final class ConsoleBrowser implements AutoCloseable {
  /** Names the browser to use; without it, the path is searched. */
  static final String VARIABLE = "HOLDFAST_CHROMIUM";

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final int PATIENCE_MILLIS = 20_000;

  private final Playwright playwright;
  private final Browser browser;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  private ConsoleBrowser(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** How it is looked at. */
  record Eyes(ColorScheme scheme, int width, int height) {
    static final Eyes LIGHT = new Eyes(ColorScheme.LIGHT, 1180, 780);
    static final Eyes DARK = new Eyes(ColorScheme.DARK, 1180, 780);
    static final Eyes NARROW = new Eyes(ColorScheme.LIGHT, 400, 800);
  }

  /** The browser of this machine, if it has one. */
  static Optional<Path> find() {
    String named = System.getenv(VARIABLE);
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it; the sandbox is off, since it refuses to work as root. */
  static ConsoleBrowser start(Path chromium) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    try {
      Browser browser = playwright
          .chromium()
          .launch(new BrowserType.LaunchOptions()
              .setExecutablePath(chromium)
              .setArgs(List.of("--no-sandbox", "--disable-gpu")));
      return new ConsoleBrowser(playwright, browser);
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /** Opens a view of a node's console in a window of its own. */
  Page open(ServerProcess node, String hash, Eyes eyes, boolean still) {
    return open("http://127.0.0.1:" + node.port(), hash, eyes, still);
  }

  /** The same, of the console at that address; its certificate may be from an unknown authority. */
  Page open(String url, String hash, Eyes eyes, boolean still) {
    URI console = URI.create(url);
    BrowserContext context = browser.newContext(new Browser.NewContextOptions()
        .setColorScheme(eyes.scheme())
        .setIgnoreHTTPSErrors(true)
        .setReducedMotion(still ? ReducedMotion.REDUCE : ReducedMotion.NO_PREFERENCE)
        .setViewportSize(eyes.width(), eyes.height()));
    contexts.add(context);
    context.setDefaultTimeout(PATIENCE_MILLIS);
    context.onRequest(request -> {
      URI asked = URI.create(request.url());
      if (!console.getAuthority().equals(asked.getAuthority())) {
        complaints.add("a request to " + request.url());
      }
    });
    Page page = context.newPage();
    page.onPageError(error -> complaints.add("an error in the page: " + error));
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") || message.type().equals("warning")) {
        complaints.add(message.type() + " in the console: " + message.text());
      }
    });
    page.navigate(url + "/#" + hash);
    return page;
  }

  /** Whether all went without a word of the browser and without a request to anybody else. */
  void assertQuiet() {
    assertThat(complaints).as("what the browser complained of").isEmpty();
  }

  /** The same, where the node refuses something, of which the browser writes a line. */
  void assertQuietButFor(int... refusals) {
    for (int status : refusals) {
      complaints.removeIf(
          complaint -> complaint.contains("the server responded with a status of " + status));
    }
    assertQuiet();
  }

  /** The same, where the node has gone away. */
  void assertQuietButForSilence() {
    complaints.removeIf(complaint -> complaint.contains("net::ERR_")
        || complaint.contains("the server responded with a status of 503"));
    assertQuiet();
  }

  /** Closes all windows. */
  void closeWindows() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    complaints.clear();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
