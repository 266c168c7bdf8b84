package dev.reveille.storage.codec;

import dev.reveille.model.AppId;
import dev.reveille.model.Audience;
import dev.reveille.model.Bytes;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Cause;
import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Job;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.Mark;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// Draws any job and any note, odd ones more often than usual ones.
final class Arbitrary {
  private static final String[] SIGNS = {
    "a", "Z", "0", " ", "é", "ß", "漢", "🎺", "\u0000", "\n", "\"", "\uFFFF"
  };

  private final Random random;

  Arbitrary(final long seed) {
    random = new Random(seed);
  }

  List<Job> jobs() {
    return list(8, this::job);
  }

  List<Note> notes() {
    return list(8, this::note);
  }

  private <T> List<T> list(final int most, final Supplier<T> one) {
    final List<T> all = new ArrayList<>();
    for (int left = random.nextInt(most + 1); left > 0; left--) {
      all.add(one.get());
    }
    return all;
  }

  private <T> T oneOf(final T[] all) {
    return all[random.nextInt(all.length)];
  }

  private String text() {
    final StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(random.nextInt(50) == 0 ? 20_000 : 12); left > 0; left--) {
      text.append(oneOf(SIGNS));
    }
    return text.toString();
  }

  private String name() {
    return oneOf(new String[] {"a", "漢字", "x".repeat(256), "DOMAIN\\user", "🎺"}).repeat(1);
  }

  private Instant instant() {
    return switch (random.nextInt(5)) {
      case 0 -> Instant.MIN;
      case 1 -> Instant.MAX;
      case 2 -> Instant.EPOCH.minusNanos(1);
      default -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    };
  }

  private Life life() {
    final Instant one = instant();
    final Instant other = instant();
    return one.isBefore(other) ? new Life(one, other) : new Life(other, one);
  }

  private UserId user() {
    return new UserId(new OrganisationId(name()), name());
  }

  private InstallationId device() {
    return new InstallationId(name());
  }

  private TargetKey target() {
    return new TargetKey(name());
  }

  private CallId call() {
    return new CallId(new UUID(random.nextLong(), random.nextLong()));
  }

  private Content content() {
    final Map<String, String> data = new HashMap<>();
    for (int left = random.nextInt(3); left > 0; left--) {
      data.put(text(), text());
    }
    return new Content(text(), text(), data);
  }

  private Job job() {
    return random.nextInt(7) == 0 ? send() : event();
  }

  private Send send() {
    final var key =
        new EventKey(new OrganisationId(name()), Send.SOURCES + random.nextInt(), name());
    Life life = life();
    while (life.alertBefore().equals(Instant.MIN)) {
      life = life();
    }
    return new Send(
        key,
        life,
        oneOf(Lane.values()),
        life.alertBefore().minusNanos(1),
        audience(),
        switch (random.nextInt(3)) {
          case 0 -> neutral();
          case 1 -> given();
          default -> template();
        });
  }

  private SendContent neutral() {
    return new SendContent.Neutral(
        oneOf(new EventClass[] {EventClass.ALERT, EventClass.SILENT}), text(), text(), content());
  }

  private SendContent given() {
    final Map<String, String> headers = new HashMap<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      headers.put("x-" + random.nextInt(9), "value " + random.nextInt());
    }
    final byte[] body = new byte[random.nextInt(300)];
    random.nextBytes(body);
    return new SendContent.Native(
        oneOf(PushService.values()), headers, Bytes.of(body), random.nextBoolean() ? "gcm" : "");
  }

  private SendContent template() {
    final Map<String, String> properties = new LinkedHashMap<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      properties.put(name(), text());
    }
    return new SendContent.Template(properties);
  }

  private Audience audience() {
    if (random.nextBoolean()) {
      return new Audience.Registered(name(), text(), sequence());
    }
    final Map<TargetKey, Audience.Addressed> all = new LinkedHashMap<>();
    for (int left = random.nextInt(5); left >= 0; left--) {
      final var one = addressed();
      all.put(one.key(), one);
    }
    return new Audience.Addresses(List.copyOf(all.values()));
  }

  private Audience.Addressed addressed() {
    return new Audience.Addressed(
        target(),
        new PushAddress.Direct(
                oneOf(PushService.values()),
                oneOf(PushChannel.values()),
                new AppId(name()),
                random.nextBoolean(),
                new PushToken(name()),
                instant())
            .withScope(random.nextBoolean() ? "" : name()));
  }

  private TrailEntry.OfTarget ofTarget() {
    return new TrailEntry.OfTarget(
        sequence(),
        target(),
        word(),
        random.nextBoolean() ? "" : text(),
        tries(),
        random.nextBoolean(),
        random.nextBoolean());
  }

  private Event event() {
    final EventKey key = new EventKey(new OrganisationId(name()), name(), name());
    final List<UserId> to = new ArrayList<>(list(random.nextInt(40) == 0 ? 900 : 3, this::user));
    to.add(new UserId(key.organisation(), name()));
    return switch (random.nextInt(6)) {
      case 0 ->
          new Event.IncomingCall(
              key, to, text(), call(), new Caller(text(), text()), random.nextBoolean(), life());
      case 1 -> new Event.CallEnded(key, to, text(), call(), end(), life());
      case 2 -> new Event.Message(key, to, text(), new ConversationId(name()), content(), life());
      case 3 -> {
        final Set<FolderId> folders = new HashSet<>(list(4, () -> new FolderId(name())));
        yield new Event.ChangeHint(key, to, text(), folders, life());
      }
      case 4 -> new Event.Other(key, to, text(), EventClass.ALERT, text(), content(), life());
      default -> new Event.Other(key, to, text(), EventClass.SILENT, text(), content(), life());
    };
  }

  private CallEnd end() {
    return switch (random.nextInt(5)) {
      case 0 -> new CallEnd.Answered(user(), device());
      case 1 -> new CallEnd.Declined(user());
      case 2 -> new CallEnd.Cancelled();
      case 3 -> new CallEnd.TimedOut();
      default -> new CallEnd.AnsweredElsewhere(text());
    };
  }

  private long sequence() {
    return random.nextBoolean() ? random.nextInt(1, 300) : random.nextLong() >>> 1;
  }

  private Note note() {
    return switch (random.nextInt(10)) {
      case 0 ->
          new Note.TrailLine(
              new TrailEntry.Opening(
                  sequence(),
                  random.nextInt(1_000),
                  user(),
                  target(),
                  instant(),
                  new TrailEntry.Known(
                      random.nextBoolean(), random.nextBoolean(), word(), word(), random.nextInt()),
                  word(),
                  oneOf(Reason.values()),
                  tries(),
                  random.nextBoolean()));
      case 1 ->
          new Note.TrailLine(
              new TrailEntry.Later(
                  sequence(),
                  target(),
                  random.nextBoolean() ? "" : word(),
                  instant(),
                  tries(),
                  random.nextBoolean()));
      case 2 ->
          new Note.TrailLine(
              new TrailEntry.NoDevice(
                  sequence(), random.nextInt(9), user(), instant(), oneOf(Reason.values())));
      case 3 ->
          new Note.Parked(
              new Waiting(
                  sequence(),
                  target(),
                  oneOf(Lane.values()),
                  random.nextInt(99),
                  instant(),
                  instant(),
                  oneOf(Reason.values()),
                  random.nextBoolean() ? "" : name()));
      case 4 -> new Note.Unparked(new WorkKey(sequence(), target()));
      case 5 ->
          new Note.Marked(
              user(), device(), oneOf(Mark.values()), list(9, this::sequence), instant());
      case 7 ->
          new Note.TrailLine(
              new TrailEntry.Targets(sequence(), instant(), list(4, this::ofTarget)));
      case 8 ->
          new Note.Advanced(
              sequence(),
              sequence(),
              sequence(),
              oneOf(SendLog.State.values()),
              random.nextBoolean() ? 0 : Math.abs(sequence()));
      case 6 -> new Note.ReadUpTo(user(), new ConversationId(name()), sequence(), instant());
      default -> new Note.Cursor(user(), device(), sequence());
    };
  }

  private String word() {
    return random.nextBoolean() ? oneOf(new String[] {"push", "live", "ios", ""}) : text();
  }

  private List<TrailEntry.Try> tries() {
    return list(
        3,
        () ->
            new TrailEntry.Try(
                word(),
                random.nextInt(9),
                instant(),
                word(),
                oneOf(Reason.values()),
                text(),
                random.nextBoolean() ? Optional.of(oneOf(Cause.values())) : Optional.empty()));
  }
}
