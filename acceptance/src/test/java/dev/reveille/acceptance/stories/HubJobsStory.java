package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub moves: its owner exports it with Microsoft's own package into a container, and imports the
/// file into another hub, which has the same registrations then.
final class HubJobsStory {
  private static final int TOKENS = 120;
  private static final int OTHERS = 4;

  @Test
  void what_one_hub_exports_another_imports(@TempDir final Path folder) throws Exception {
    try (var blobs = new BlobService(folder.resolve("blobs"));
        var stage = new HubStage(folder, blobs.account().replaceFirst("/[^/]*$", ""))) {
      final var from = stage.hub("from");
      final var to = stage.hub("to");
      stage.theatre.scan().confidential().token(blobs.key());
      final var said =
          stage.node(
              "hub-jobs.js",
              Map.ofEntries(
                  Map.entry("connectionString", HubStage.connection(from, HubStage.FULL)),
                  Map.entry("hub", "from"),
                  Map.entry("otherConnectionString", HubStage.connection(to, HubStage.FULL)),
                  Map.entry("other", "to"),
                  Map.entry("blobs", blobs.account()),
                  Map.entry("account", BlobService.ACCOUNT),
                  Map.entry("key", blobs.key()),
                  Map.entry("droid", stage.android()),
                  Map.entry("channel", stage.microsoft.uri(stage.windows())),
                  Map.entry("tokens", Integer.toString(TOKENS))));
      final var signature = said.path("signature").asText();
      stage.theatre.scan().confidential().token(signature);
      moved(said);
      jobsSay(said);
      for (final var shown : java.util.List.of(signature, "sig=")) {
        assertFalse(said.path("jobs").toString().contains(shown), "a signature is shown");
      }
    }
  }

  private static void moved(final JsonNode said) {
    assertEquals(TOKENS + OTHERS, said.path("from").size());
    assertEquals(said.path("from"), said.path("to"));
    assertEquals(TOKENS + OTHERS, said.path("lines").asInt());
  }

  private static void jobsSay(final JsonNode said) {
    final var jobs = said.path("jobs");
    assertEquals("Started", jobs.at("/submitted/status").asText());
    for (final var job : java.util.List.of("exported", "imported", "update")) {
      assertEquals("Completed", jobs.path(job).path("status").asText(), job);
      assertEquals(100, jobs.path(job).path("progress").asInt(), job);
    }
    final var all = Integer.toString(TOKENS + OTHERS);
    assertEquals(all, jobs.at("/exported/outputProperties/Succeeded").asText());
    assertEquals(all, jobs.at("/imported/outputProperties/Succeeded").asText());
    assertEquals("0", jobs.at("/imported/outputProperties/Failed").asText());
    assertEquals("1", jobs.at("/update/outputProperties/Succeeded").asText());
    assertTrue(
        said.path("failed").asText().matches("line 2\\t[^\\t]+\\tno registration\\n"),
        said.path("failed").asText());
    assertEquals("Failed", jobs.at("/readOnly/status").asText());
    assertTrue(
        jobs.at("/readOnly/failure").asText().contains("the container's server answered 403"),
        jobs.at("/readOnly").toString());
    assertEquals(3, said.path("listed").size());
    assertEquals(jobs.at("/readOnly/jobId"), said.path("listed").path(0));
  }
}
