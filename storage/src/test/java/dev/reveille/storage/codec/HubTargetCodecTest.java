package dev.reveille.storage.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.Tag;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubSamples;
import dev.reveille.routing.port.Samples;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The bytes of targets of hubs as the first version wrote them.
final class HubTargetCodecTest {
  private static final AppId APP = new AppId("acme/main/phones");

  private static final Target BARE =
      new Target(
          "",
          new TargetKey("a-bare"),
          new PushAddress.Direct(
              PushService.APNS, PushChannel.MESSAGE, APP, true, new PushToken("ab"), Samples.NOW),
          Set.of(),
          Optional.empty(),
          Optional.empty());

  private static final String BARE_BYTES =
      "010006612d62617265010461706e73076d6573736167651061636d652f6d61696e2f70686f6e6573"
          + "0102616284bd8bb00d0000000000";

  private static final Target WHOLE =
      new Target(
          "news",
          new TargetKey("a-whole"),
          new PushAddress.Direct(
                  PushService.WEB_PUSH,
                  PushChannel.SINGLE,
                  APP,
                  false,
                  new PushToken("https://push.example/1"),
                  Samples.NOW)
              .withScope("https://push.example")
              .withKeys(new SubscriptionKeys("point", "secret"))
              .doubted(new PushAddress.Doubt(Samples.NOW.plusMillis(1), Reason.TOKEN_BAD, -1)),
          HubSamples.tags("News", "$UserId:{Anna}", "über"),
          Optional.of(Bytes.of(new byte[] {0, -1, 7})),
          Optional.of(Samples.NOW.plusSeconds(1)));

  private static final String WHOLE_BYTES =
      "01046e65777307612d77686f6c650307776562707573680673696e676c651061636d652f6d61696e"
          + "2f70686f6e6573001668747470733a2f2f707573682e6578616d706c652f3184bd8bb00d00146874"
          + "7470733a2f2f707573682e6578616d706c6505706f696e74067365637265740184bd8bb00dc0843d"
          + "0652562d32303501030e245573657249643a7b416e6e617d044e65777305c3bc626572010300ff07"
          + "0186bd8bb00d00";

  @Test
  void the_bytes_of_the_first_version_are_written_and_read() {
    assertEquals(BARE_BYTES, HexFormat.of().formatHex(HubTargetCodec.write(BARE)));
    assertEquals(WHOLE_BYTES, HexFormat.of().formatHex(HubTargetCodec.write(WHOLE)));
    assertEquals(BARE, HubTargetCodec.read(HexFormat.of().parseHex(BARE_BYTES), ""));
    final var read = HubTargetCodec.read(HexFormat.of().parseHex(WHOLE_BYTES), "");
    assertEquals(WHOLE, read);
    assertEquals(
        List.of("$UserId:{Anna}", "News", "über"),
        read.tags().stream().map(Tag::value).sorted().toList(),
        "tags are kept as they were written");
  }

  @Test
  void another_format_and_bytes_that_end_too_early_are_refused() {
    final byte[] bytes = HubTargetCodec.write(WHOLE);
    for (int length = 0; length < bytes.length; length++) {
      final byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(DamagedException.class, () -> HubTargetCodec.read(cut, ""));
    }
    bytes[0] = HubTargetCodec.FORMAT + 1;
    assertThrows(NewerFormatException.class, () -> HubTargetCodec.read(bytes, ""));
  }
}
