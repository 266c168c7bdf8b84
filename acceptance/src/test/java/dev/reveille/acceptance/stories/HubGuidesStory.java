package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The guides that lead from a sample of Azure Notification Hubs to a phone that rings, played as
/// they stand in the documentation against the packaged server.
final class HubGuidesStory {
  private static final String SERVE = "./reveille serve --push-host 127.0.0.1";
  private static final String CONFIGURED = SERVE + " --config reveille.yaml";

  private final List<PlayedGuide> guides = new ArrayList<>();

  @SuppressWarnings("NullAway") // set before each test
  private Path folder;

  private @Nullable Theatre theatre;

  @BeforeEach
  void prepare(@TempDir final Path its) throws Exception {
    folder = its;
    Files.createSymbolicLink(folder.resolve("reveille"), Packaged.launcher());
    Files.createSymbolicLink(
        folder.resolve("node_modules"),
        Packaged.launcher().resolveSibling("acceptance/node/node_modules"));
  }

  @AfterEach
  void end() throws Exception {
    try {
      if (theatre != null) {
        theatre.close();
      }
    } finally {
      for (final var guide : guides) {
        guide.close();
      }
    }
  }

  private PlayedGuide guide(final String page) throws Exception {
    final var guide = new PlayedGuide(page, folder);
    guides.add(guide);
    return guide;
  }

  // A4-23: each block of the guides is played in its order; what they show of a phone and of
  // `explain` is what came.
  @Test
  void a_guide_for_each_platform_leads_to_a_phone_that_rings() throws Exception {
    final var windows = guide("hubs-windows.md");
    final var web = guide("hubs-web.md");
    assertEquals(CONFIGURED, windows.playToServer());
    final var ofWindows = configuration();
    assertEquals(CONFIGURED, web.playToServer());
    final var server = new Theatre(both(ofWindows, configuration()));
    theatre = server;
    Files.createSymbolicLink(
        folder.resolve("data"), server.authority().resolveSibling("..").normalize());

    final var backend = guide("hubs-backend.md");
    assertEquals(SERVE, backend.playToServer());
    backend.play();
    final var ios = guide("hubs-ios.md");
    final var android = guide("hubs-android.md");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      final var all = new ArrayList<Callable<Boolean>>();
      for (final var guide : List.of(ios, android, windows, web)) {
        all.add(() -> {
          guide.after(backend).play();
          return true;
        });
      }
      for (final var played : threads.invokeAll(all)) {
        played.get();
      }
    }
  }

  private String configuration() throws Exception {
    return Files.readString(folder.resolve("reveille.yaml"));
  }

  /// The two files as one, whose certificates are found from another folder.
  private String both(final String one, final String other) {
    final var merged = new StringBuilder("push:\n");
    for (final var key : List.of("allowed-hosts", "trust")) {
      final var values = List.of(value(one, key), value(other, key));
      final boolean isList = values.getFirst().startsWith("[");
      merged
          .append("  ")
          .append(key)
          .append(isList ? ": [" : ": {")
          .append(
              String.join(
                  ", ", values.stream().map(each -> each.substring(1, each.length() - 1)).toList()))
          .append(isList ? "]\n" : "}\n");
    }
    return merged.toString().replaceAll("\"([a-z-]+\\.pem)\"", "\"" + folder + "/$1\"");
  }

  private static String value(final String file, final String key) {
    return file.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(key + ": "))
        .map(line -> line.substring(key.length() + 2))
        .findFirst()
        .orElseThrow();
  }
}
