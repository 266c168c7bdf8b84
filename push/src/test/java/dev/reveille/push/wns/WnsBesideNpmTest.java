package dev.reveille.push.wns;

import dev.reveille.push.windows.NpmRequests;
import dev.reveille.push.windows.WindowsStage;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our requests to WNS, header by header beside those of the package `wns`.
final class WnsBesideNpmTest {
  @AutoClose private static final WindowsStage stage = WnsStage.open();

  @ParameterizedTest
  @ValueSource(strings = {"toast", "tile", "badge", "raw"})
  void a_request_says_what_that_of_the_package_says(final String type) throws Exception {
    stage.channels.says(WnsStage.TAKEN);
    stage.fresh(WnsStage.store(stage));
    final var ours = stage.sent(stage.push(NpmRequests.content("wns", type)));
    // we always bound the life, and ask what became of it
    final var added = new TreeMap<>(Map.of("x-wns-ttl", "", "x-wns-requestforstatus", "true"));
    if (type.equals("toast")) {
      added.remove("x-wns-ttl"); // the caller's own counts
    }
    NpmRequests.areAlike("wns", type, ours, added, Map.of("authorization", ""));
  }
}
