package io.thingstead.node.web;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A real Chromium, the machine's own.
public final class Chromium implements AutoCloseable {
    /// A busy machine draws slowly; what never comes is found all the same.
    private static final double PATIENCE_MS = 30_000;

    private final Playwright playwright;
    private final Browser browser;

    Chromium(Path program) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    }

    /// The test is skipped where there is none, and fails where everything is asked for.
    public static Chromium needed() {
        var program = program();
        if (program.isEmpty()) {
            if ("1".equals(System.getenv("THINGSTEAD_TEST_ALL"))) fail("chromium is not installed");
            System.err.println("SKIPPED: chromium is not installed");
            abort("chromium is not installed");
        }
        return new Chromium(program.orElseThrow());
    }

    /// Chromium on the search path, where installed.
    static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of(Path.of(folder, "chromium"), Path.of(folder, "chromium-browser")))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
