package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.windowsazure.messaging.ApnsCredential;
import com.windowsazure.messaging.AppleRegistration;
import com.windowsazure.messaging.AppleTemplateRegistration;
import com.windowsazure.messaging.FcmRegistration;
import com.windowsazure.messaging.FcmTemplateRegistration;
import com.windowsazure.messaging.GcmRegistration;
import com.windowsazure.messaging.Installation;
import com.windowsazure.messaging.InstallationTemplate;
import com.windowsazure.messaging.MpnsRegistration;
import com.windowsazure.messaging.NamespaceManager;
import com.windowsazure.messaging.Notification;
import com.windowsazure.messaging.NotificationHub;
import com.windowsazure.messaging.NotificationHubDescription;
import com.windowsazure.messaging.NotificationHubJob;
import com.windowsazure.messaging.NotificationHubJobType;
import com.windowsazure.messaging.NotificationHubsException;
import com.windowsazure.messaging.NotificationPlatform;
import com.windowsazure.messaging.NotificationStatus;
import com.windowsazure.messaging.NotificationTelemetry;
import com.windowsazure.messaging.PartialUpdateOperation;
import com.windowsazure.messaging.Registration;
import com.windowsazure.messaging.UpdateOperationType;
import com.windowsazure.messaging.WindowsRegistration;
import com.windowsazure.messaging.WindowsTemplateRegistration;
import com.windowsazure.messaging.WnsSecondaryTile;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program that uses a hub with the SDK 0.4.2 for Java: each call that it has. A story tells it
/// on standard input what to use, and it says on standard output what came of each step.
///
/// It is a process of its own, because the SDK takes its trust from the whole process and never
/// ends its threads.
final class JavaHubClient {
  private static final Logger LOG = LoggerFactory.getLogger(JavaHubClient.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EnumSet<NotificationStatus> OPEN =
      EnumSet.of(
          NotificationStatus.Enqueued, NotificationStatus.Processing, NotificationStatus.Unknown);
  private static final int MOST_LOOKS = 200;
  private static final String ALERT = "{\"aps\":{\"alert\":\"Hello\"}}";

  private final ObjectNode results = JSON.createObjectNode();
  private final JsonNode told;
  private final NotificationHub hub;
  private final NotificationHub listener;
  private final NamespaceManager manager;

  /// What a step comes to; null for nothing to say.
  private interface Work {
    Object done() throws NotificationHubsException;
  }

  private JavaHubClient(final JsonNode told) {
    this.told = told;
    this.hub = new NotificationHub(told("full"), told("hub"));
    this.listener = new NotificationHub(told("listen"), told("hub"));
    this.manager = new NamespaceManager(told("full"));
  }

  static void main(final String... args) {
    int exit = 1;
    try {
      final var client = new JavaHubClient(JSON.readTree(System.in));
      client.registrations();
      client.installations();
      client.sends();
      client.scheduled();
      client.hubs();
      client.end();
      System.out.println(client.results);
      exit = 0;
    } catch (final Exception failed) {
      LOG.error("the client failed", failed);
    } finally {
      System.exit(exit); // the SDK's threads would go on
    }
  }

  private String told(final String name) {
    return told.get(name).asText();
  }

  private void step(final String name, final Work work) {
    try {
      results.put(name, String.valueOf(work.done()));
    } catch (final NotificationHubsException failed) {
      results.put(
          name,
          failed.httpStatusCode()
              + (failed.isTransient() ? " transient " : " ")
              + failed.getMessage());
    }
  }

  // ---- registrations --------------------------------------------------------------------------

  private static String kind(final Registration registration) {
    return registration.getClass().getSimpleName() + registration.getTags();
  }

  private void registrations() throws Exception {
    final var id = hub.createRegistrationId();
    final var made =
        hub.createRegistration(tagged(new AppleRegistration(told("token")), "news", "a"));
    step("create", () -> kind(made));
    step("get", () -> kind(hub.getRegistration(made.getRegistrationId())));
    final var template =
        new AppleTemplateRegistration(id, told("other"), "{\"aps\":{\"alert\":\"$(text)\"}}");
    template.setTags(Set.of("goals"));
    step("upsert", () -> kind(hub.upsertRegistration(template)));
    step("update", () -> kind(hub.updateRegistration(tagged(made, "news"))));
    step("stale", () -> kind(hub.updateRegistration(tagged(made, "other"))));
    step(
        "fcm",
        () -> kind(hub.createRegistration(tagged(new FcmRegistration(told("droid")), "news"))));
    step(
        "gcm",
        () -> kind(hub.createRegistration(tagged(new GcmRegistration(told("droid")), "droids"))));
    final var droid =
        new FcmTemplateRegistration(told("droid"), "{\"data\":{\"goal\":\"$(text)\"}}");
    step("fcmTemplate", () -> kind(hub.createRegistration(tagged(droid, "droidgoals"))));
    final var channel = URI.create(told("channel"));
    step(
        "windows",
        () -> kind(hub.createRegistration(tagged(new WindowsRegistration(channel), "tiles"))));
    final var toast =
        new WindowsTemplateRegistration(
            channel,
            "<toast><visual><binding template=\"ToastText01\"><text"
                + " id=\"1\">$(text)</text></binding></visual></toast>",
            Map.of("X-WNS-Type", "wns/toast"));
    step("windowsTemplate", () -> kind(hub.createRegistration(tagged(toast, "goals"))));
    final var phone = URI.create(told("phone"));
    step("mpns", () -> kind(hub.createRegistration(tagged(new MpnsRegistration(phone), "tiles"))));
    final var page = hub.getRegistrations(5, null);
    step("page", () -> page.getRegistrations().size());
    step(
        "pages",
        () -> hub.getRegistrations(5, page.getContinuationToken()).getRegistrations().size());
    step("all", () -> hub.getRegistrations().getRegistrations().size());
    step("byTag", () -> hub.getRegistrationsByTag("NEWS").getRegistrations().size());
    step("byTagPage", () -> hub.getRegistrationsByTag("goals", 1, null).getRegistrations().size());
    step(
        "byChannel",
        () -> hub.getRegistrationsByChannel(told("channel")).getRegistrations().size());
    step(
        "byToken",
        () -> hub.getRegistrationsByChannel(told("token"), 1, null).getRegistrations().size());
    step("noRegistration", () -> kind(hub.getRegistration("1-2-3")));
    step(
        "badTag",
        () -> kind(hub.createRegistration(tagged(new AppleRegistration("ab"), "two words"))));
    step("listWithoutRight", () -> listener.getRegistrations().getRegistrations().size());
    results.put("made", made.getRegistrationId());
  }

  private static Registration tagged(final Registration registration, final String... tags) {
    registration.setTags(Set.of(tags));
    return registration;
  }

  // ---- installations --------------------------------------------------------------------------

  private void installations() {
    final var phone =
        new Installation("phone", NotificationPlatform.Apns, told("token"), "weather");
    phone.setUserId("anna");
    phone.addTemplate("first", new InstallationTemplate("{\"aps\":{\"alert\":\"$(text)\"}}"));
    step("put", () -> done(() -> hub.createOrUpdateInstallation(phone)));
    step("read", () -> told(hub.getInstallation("phone")));
    final var more = new PartialUpdateOperation(UpdateOperationType.Add, "/tags", "storms");
    step("patch", () -> done(() -> hub.patchInstallation("phone", more)));
    final var bad = new PartialUpdateOperation(UpdateOperationType.Add, "/colour", "red");
    step("badPatch", () -> done(() -> hub.patchInstallation("phone", List.of(more, bad))));
    step("readAgain", () -> told(hub.getInstallation("phone")));
    final var windows = new Installation("pc", NotificationPlatform.Wns, told("channel"));
    windows.addSecondaryTile("tile", new WnsSecondaryTile(told("channel"), "b"));
    step("putWindows", () -> done(() -> hub.createOrUpdateInstallation(windows)));
    step("readWindows", () -> hub.getInstallation("pc").getSecondaryTiles().keySet());
    step("readTemplate", () -> hub.getInstallation("phone").getTemplates().keySet());
    final var droid = new Installation("droid", NotificationPlatform.Gcm, told("droid"));
    step("putDroid", () -> done(() -> hub.createOrUpdateInstallation(droid)));
    step("readDroid", () -> told(hub.getInstallation("droid")));
    for (final var id : List.of("phone", "pc", "droid", "phone")) {
      step("delete " + id, () -> done(() -> hub.deleteInstallation(id)));
    }
    step("readDeleted", () -> told(hub.getInstallation("phone")));
  }

  private interface Call {
    void made() throws NotificationHubsException;
  }

  private static String done(final Call call) throws NotificationHubsException {
    call.made();
    return "done";
  }

  private static String told(final Installation installation) {
    return installation.getPlatform() + " " + installation.getTags();
  }

  // ---- sends ----------------------------------------------------------------------------------

  private void sends() {
    final var alert =
        Notification.createAppleNotification(ALERT, Date.from(Instant.now().plusSeconds(600)));
    step("send", () -> settled(hub.sendNotification(alert, "news && !a").getNotificationId(), 1));
    step(
        "sendTags",
        () ->
            settled(hub.sendNotification(alert, Set.of("news", "nothing")).getNotificationId(), 1));
    step("broadcast", () -> settled(hub.sendNotification(alert).getNotificationId(), 1));
    final var own = Notification.createAppleNotification(ALERT, Map.of("apns-push-type", "alert"));
    step("ownHeaders", () -> settled(hub.sendNotification(own, "news").getNotificationId(), 1));
    step("nothing", () -> settled(hub.sendNotification(alert, "nothing").getNotificationId(), 0));
    step(
        "direct",
        () -> settled(hub.sendDirectNotification(alert, told("other")).getNotificationId(), 1));
    final var both = List.of(told("token"), told("other"));
    step("batch", () -> settled(hub.sendDirectNotification(alert, both).getNotificationId(), 2));
    final var droids = Notification.createFcmNotification("{\"data\":{\"hello\":\"droid\"}}");
    step("fcmSend", () -> settled(hub.sendNotification(droids, "droids").getNotificationId(), 1));
    final var gcm = Notification.createGcmNotification("{\"data\":{\"hello\":\"direct\"}}");
    step(
        "fcmDirect",
        () -> settled(hub.sendDirectNotification(gcm, told("droid")).getNotificationId(), 1));
    final var toast =
        Notification.createWindowsNotification(
            "<toast><visual><binding template=\"ToastText01\"><text"
                + " id=\"1\">Hi</text></binding></visual></toast>");
    step("windowsSend", () -> settled(hub.sendNotification(toast, "tiles").getNotificationId(), 1));
    final var raw = Notification.createWindowsRawNotification("raw text");
    step("windowsRaw", () -> settled(hub.sendNotification(raw, "tiles").getNotificationId(), 1));
    final var phone =
        Notification.createMpnsNotification(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><wp:Notification"
                + " xmlns:wp=\"WPNotification\"><wp:Toast><wp:Text1>Hi</wp:Text1></wp:Toast></wp:Notification>");
    step("mpnsSend", () -> settled(hub.sendNotification(phone, "tiles").getNotificationId(), 1));
    final var goal = Notification.createTemplateNotification(Map.of("text", "Goal 3:1"));
    step("template", () -> settled(hub.sendNotification(goal, "goals").getNotificationId(), 2));
    // its telemetry has counts of FCM v1, which is younger than this SDK: the SDK cannot read them
    step("fcmTemplateSend", () -> done(() -> hub.sendNotification(goal, "droidgoals")));
    step(
        "unescaped",
        () ->
            hub.sendNotification(
                Notification.createTemplateNotification(Map.of("text", "\"3:1\""))));
    step("badTags", () -> hub.sendNotification(alert, "a && (b"));
    step("noAps", () -> hub.sendNotification(Notification.createAppleNotification("{}")));
    step("adm", () -> hub.sendNotification(Notification.createAdmNotification("{\"data\":{}}")));
    step(
        "baidu",
        () -> hub.sendNotification(Notification.createBaiduNotification("{\"title\":\"t\"}")));
    step("withoutRight", () -> listener.sendNotification(alert, "news"));
    step("noNotification", () -> hub.getNotificationTelemetry("nothing").getNotificationStatus());
  }

  /// What became of a send once so many of its targets are settled.
  private String settled(final String id, final int targets) throws NotificationHubsException {
    try {
      for (int look = 0; ; look++) {
        final var telemetry = hub.getNotificationTelemetry(id);
        final var counts = counts(telemetry);
        final int settled =
            counts.values().stream().flatMap(one -> one.values().stream()).mapToInt(n -> n).sum();
        final boolean isSettled =
            settled >= targets && !OPEN.contains(telemetry.getNotificationStatus());
        if (isSettled || look == MOST_LOOKS) {
          counts.values().removeIf(Map::isEmpty);
          return (isSettled ? "" : "not yet: ") + telemetry.getNotificationStatus() + " " + counts;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (final InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Map<String, Integer>> counts(final NotificationTelemetry telemetry) {
    final var counts = new TreeMap<String, Map<String, Integer>>();
    counts.put("apple", orNone(telemetry.getApnsOutcomeCounts()));
    counts.put("gcm", orNone(telemetry.getGcmOutcomeCounts()));
    counts.put("fcm", orNone(telemetry.getFcmOutcomeCounts()));
    counts.put("windows", orNone(telemetry.getWnsOutcomeCounts()));
    counts.put("windowsphone", orNone(telemetry.getMpnsOutcomeCounts()));
    return counts;
  }

  /// The SDK answers null where nothing was told, and puts a count without a name beside the
  /// others.
  @SuppressWarnings("NullAway")
  private static Map<String, Integer> orNone(final Map<String, Integer> counts) {
    final var named = new TreeMap<String, Integer>();
    if (counts != null) {
      counts.forEach((name, count) -> {
        if (name != null) {
          named.put(name, count);
        }
      });
    }
    return named;
  }

  private void scheduled() {
    final var alert = Notification.createAppleNotification(ALERT);
    final var later = Date.from(Instant.now().plus(Duration.ofHours(1)));
    step(
        "schedule",
        () ->
            hub.getNotificationTelemetry(hub.scheduleNotification(alert, later).getNotificationId())
                .getNotificationStatus());
    step(
        "cancel",
        () -> {
          final var id = hub.scheduleNotification(alert, "news", later).getNotificationId();
          hub.cancelScheduledNotification(id);
          return hub.getNotificationTelemetry(id).getNotificationStatus();
        });
    step(
        "scheduleTags",
        () ->
            done(() ->
                hub.cancelScheduledNotification(
                    hub.scheduleNotification(alert, Set.of("news"), later).getNotificationId())));
    step("cancelNothing", () -> done(() -> hub.cancelScheduledNotification("nothing")));
    final var tooFar = Date.from(Instant.now().plus(Duration.ofDays(8)));
    step("scheduleTooFar", () -> hub.scheduleNotification(alert, tooFar));
  }

  // ---- hubs and jobs --------------------------------------------------------------------------

  private void hubs() {
    step("hub", () -> manager.getNotificationHub(told("hub")).getPath());
    step(
        "hubs",
        () ->
            manager.getNotificationHubs().stream()
                .map(NotificationHubDescription::getPath)
                .toList());
    step(
        "hubUpdate",
        () -> manager.updateNotificationHub(new NotificationHubDescription(told("hub"))).getPath());
    final var withKey = new NotificationHubDescription(told("hub"));
    withKey.setApnsCredential(new ApnsCredential("certificate", "key"));
    step("hubCredential", () -> manager.updateNotificationHub(withKey));
    step(
        "hubCreate",
        () -> manager.createNotificationHub(new NotificationHubDescription(told("hub"))));
    step(
        "hubCreateOther",
        () -> manager.createNotificationHub(new NotificationHubDescription("another")));
    step("hubDeleteFull", () -> done(() -> manager.deleteNotificationHub(told("hub"))));
    step("hubDeleteOther", () -> done(() -> manager.deleteNotificationHub("another")));
    final var job = new NotificationHubJob();
    job.setJobType(NotificationHubJobType.ExportRegistrations);
    job.setOutputContainerUri("https://store.example.net/container?sig=x");
    step("job", () -> hub.submitNotificationHubJob(job).getJobId());
    step("jobs", () -> hub.getAllNotificationHubJobs().size());
    step("oneJob", () -> hub.getNotificationHubJob("1").getJobId());
  }

  /// All that was registered goes, and then the hub.
  private void end() throws Exception {
    final var made = results.get("made").asText();
    step("delete", () -> done(() -> hub.deleteRegistration(made)));
    step("deleteAgain", () -> done(() -> hub.deleteRegistration(made)));
    step(
        "gone",
        () -> {
          final var again = new AppleRegistration(made, told("token"));
          return kind(hub.upsertRegistration(again));
        });
    for (final var left : hub.getRegistrations().getRegistrations()) {
      hub.deleteRegistration(left);
    }
    step("hubDelete", () -> done(() -> manager.deleteNotificationHub(told("hub"))));
    step("hubDeleted", () -> manager.getNotificationHub(told("hub")).getPath());
  }
}
