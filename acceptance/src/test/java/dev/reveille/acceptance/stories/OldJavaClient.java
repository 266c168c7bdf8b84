package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.microsoft.ArrivedNotification;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The SDK 0.4.2 for Java, the newest that is published: what each of its calls came to.
final class OldJavaClient {
  private static final String HUB = "oldjava";
  private static final Pattern FAILED =
      Pattern.compile("^(\\d{3}(?: transient)?) .*<Detail>(\\d{5}): .*", Pattern.DOTALL);
  private static final Pattern ID =
      Pattern.compile("^(\\d+-\\d+-\\d+|\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12})$");

  /// What its caller sees of each call. Its deletes take 404 for done.
  private static final String EXPECTED =
      """
      create: AppleRegistration[news, a]
      get: AppleRegistration[news, a]
      upsert: AppleTemplateRegistration[goals]
      update: AppleRegistration[news]
      stale: 412 41200
      fcm: GcmRegistration[news]
      gcm: GcmRegistration[droids]
      fcmTemplate: GcmTemplateRegistration[droidgoals]
      windows: WindowsRegistration[tiles]
      windowsTemplate: WindowsTemplateRegistration[goals]
      mpns: MpnsRegistration[tiles]
      page: 5
      pages: 3
      all: 8
      byTag: 2
      byTagPage: 1
      byChannel: 2
      byToken: 1
      noRegistration: 404 40400
      badTag: 400 40000
      listWithoutRight: 401 40100
      made: an id
      put: done
      read: Apns [weather]
      patch: done
      badPatch: 400 40000
      readAgain: Apns [weather, storms]
      putWindows: done
      readWindows: [tile]
      readTemplate: [first]
      putDroid: done
      readDroid: Gcm null
      delete phone: done
      delete pc: done
      delete droid: done
      readDeleted: 404 40400
      send: Completed {apple={Success=1}}
      sendTags: Completed {apple={Success=1}}
      broadcast: Completed {apple={Success=1}}
      ownHeaders: Completed {apple={Success=1}}
      nothing: NoTargetFound {}
      direct: Completed {apple={Success=1}}
      batch: Completed {apple={Success=2}}
      fcmSend: Completed {gcm={Success=1}}
      fcmDirect: Completed {gcm={Success=1}}
      windowsSend: Completed {windows={Success=1}}
      windowsRaw: Completed {windows={Dropped=1}}
      mpnsSend: Completed {windowsphone={Success=1}}
      template: Completed {apple={Success=1}, windows={Success=1}}
      fcmTemplateSend: done
      unescaped: 400 40000
      badTags: 400 40000
      noAps: 400 40000
      adm: 400 40000
      baidu: 400 40000
      withoutRight: 401 40100
      noNotification: 404 40400
      schedule: Scheduled
      cancel: Canceled
      scheduleTags: done
      cancelNothing: done
      scheduleTooFar: 400 40000
      hub: oldjava
      hubs: [oldjava]
      hubUpdate: oldjava
      hubCredential: 400 40000
      hubCreate: 409 40900
      hubCreateOther: 404 40400
      hubDeleteFull: 409 40900
      hubDeleteOther: done
      job: an id
      jobs: 1
      oneJob: 404 40400
      delete: done
      deleteAgain: done
      gone: 410 41000
      hubDelete: done
      hubDeleted: 404 40400
      """;

  private final HubStage stage;
  private final String token;
  private final String other;
  private final String droid;
  private final String channel;
  private final String phone;

  OldJavaClient(final HubStage stage) {
    this.stage = stage;
    this.token = stage.iphone();
    this.other = stage.iphone();
    this.droid = stage.android();
    this.channel = stage.windows();
    this.phone = stage.windowsPhone();
  }

  void works() throws Exception {
    final var hub = stage.hub(HUB);
    final var said =
        stage.java(
            JavaHubClient.class,
            Map.of(
                "full",
                HubStage.connection(hub, HubStage.FULL),
                "listen",
                HubStage.connection(hub, HubStage.LISTEN),
                "hub",
                HUB,
                "token",
                token,
                "other",
                other,
                "droid",
                droid,
                "channel",
                stage.microsoft.uri(channel),
                "phone",
                stage.microsoft.uri(phone)));
    final var lines = new StringBuilder();
    said.properties()
        .forEach(step ->
            lines.append(step.getKey()).append(": ").append(outcome(step.getValue())).append('\n'));
    assertEquals(EXPECTED, lines.toString(), said::toPrettyString);
    arrived();
  }

  /// Of a failure the status and the sub-code, which stand in the SDK's exception.
  private static String outcome(final JsonNode step) {
    return ID.matcher(FAILED.matcher(step.asText()).replaceFirst("$1 $2")).replaceFirst("an id");
  }

  private void arrived() throws Exception {
    // by tags twice, to all, with headers of its own, in the batch
    assertEquals(5, stage.taken(token));
    // directly, in the batch, by its template
    assertEquals(3, stage.taken(other));
    AcrossProcesses.get(
        "an Android's messages", () -> stage.google.messages(droid).size() == 3 ? true : null);
    assertEquals(
        List.of("", "direct", "droid"),
        stage.google.messages(droid).stream().map(one -> one.data("hello")).sorted().toList());
    assertEquals(
        List.of("raw", "toast", "toast"),
        stage.microsoft.pushes(channel).stream().map(ArrivedNotification::type).sorted().toList());
    assertEquals(1, stage.microsoft.pushes(phone).size());
  }
}
