package dev.reveille.push.mpns;

import dev.reveille.push.windows.NpmRequests;
import dev.reveille.push.windows.WindowsStage;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our requests to MPNS, header by header beside those of the package `mpns`.
final class MpnsBesideNpmTest {
  @AutoClose private static final WindowsStage stage = MpnsStage.open();

  @ParameterizedTest
  @ValueSource(strings = {"toast", "tile", "raw"})
  void a_request_says_what_that_of_the_package_says(final String type) throws Exception {
    stage.channels.says(MpnsStage.TAKEN);
    stage.fresh(MpnsStage.NOTHING);
    final var ours = stage.sent(stage.push(NpmRequests.content("mpns", type)));
    NpmRequests.areAlike("mpns", type, ours, Map.of("x-messageid", ""), Map.of());
  }
}
