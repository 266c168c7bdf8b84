package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.acceptance.stories.DayStage.Got;
import dev.reveille.acceptance.stories.DayStage.Mood;
import dev.reveille.acceptance.stories.DayStage.Service;
import dev.reveille.acceptance.stories.DayStage.Try;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A day in which every push service in turn is down, slow, throttling, expired and lying, with the
/// server's time scaled. `./verify --long` plays 24 hours, one for each service and mood and one
/// for what waits, at a 240th of the time; else each service has one mood, for 25 minutes at a
/// 600th. Services that know no access tokens cannot expire: a certificate that MPNS does not take
/// and a key that a browser's service does not take hold the address back with a reason.
///
/// The witness of lateness is each request as it came to a service, also one that was refused:
/// against the moment at which its event was over by the story's own clock, not by what the server
/// wrote into the push. What a connection's end swallowed three times is not repeated again: such
/// events are counted, and are few. Half of the events for a service that misbehaves end before it
/// is well again, so that a server that lets them leave later shows it.
final class ScaledDayStory {
  /// Alerts are let in for so long that they outlast each mood.
  private static final Duration LASTING = Duration.ofHours(3);

  /// Others end while the service is still away.
  private static final Duration SHORT = Duration.ofMinutes(10);

  /// Between the server's last look at the time and the service's first, on a machine where other
  /// stories are played; what this process stood still is taken off beside it.
  private static final Duration ON_THE_WAY = Duration.ofMillis(500);

  /// Each turn begins with so many events that end before the service is well again.
  private static final int FIRST = 3;

  /// So long before, that a push that leaves for one of them then is seen to be late.
  private static final Duration EXPOSED = ON_THE_WAY.plusMillis(400);

  /// A push that may have arrived is repeated at most twice.
  private static final int UNCERTAIN_PUSHES = 3;

  private static final double UNCERTAIN_TO_THE_END = 0.005;

  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(40);
  private static final long SEED = 13;

  @TempDir private Path folder;

  /// An event that was handed in.
  ///
  /// @param from it may be over from then on
  /// @param until no push may leave after it
  private record HandedIn(
      String event, Service service, boolean lasting, Instant from, Instant until) {}

  /// One service misbehaves for a while.
  private record Turn(Service service, Mood mood) {}

  /// What came of a day.
  ///
  /// @param exposed how many events ended well before their service could be reached again
  private record Day(DayStage stage, Stalls stalls, int scale, List<HandedIn> all, int exposed) {}

  private static List<Turn> turns(final boolean isLong) {
    final var moods = List.of(Mood.DOWN, Mood.SLOW, Mood.THROTTLING, Mood.EXPIRED, Mood.LYING);
    final var turns = new ArrayList<Turn>();
    if (!isLong) {
      for (int i = 0; i < moods.size(); i++) {
        turns.add(new Turn(Service.values()[i], moods.get(i)));
      }
    } else {
      // each service is well between its turns, so that what is let in during one outlasts it
      for (final var mood : moods) {
        Stream.of(Service.values())
            .filter(service -> mood != Mood.EXPIRED || service.expires())
            .forEach(service -> turns.add(new Turn(service, mood)));
      }
      turns.add(new Turn(Service.APNS, Mood.WELL));
    }
    return turns;
  }

  /// The long form lasts six minutes.
  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void no_alert_is_lost_or_late_and_each_silence_has_its_reason() throws Exception {
    final boolean isLong = Boolean.getBoolean("reveille.long");
    final int scale = isLong ? 240 : 600;
    final var turn = (isLong ? Duration.ofHours(1) : Duration.ofMinutes(25)).dividedBy(scale);
    final var all = new ArrayList<HandedIn>();
    int exposed = 0;
    try (var stalls = new Stalls();
        var stage = new DayStage(folder, scale)) {
      final var lot = new Random(SEED);
      for (final var next : turns(isLong)) {
        final int before = all.size();
        stage.mood(next.service, next.mood);
        final var over = Instant.now().plus(turn);
        while (Instant.now().isBefore(over)) {
          final int number = all.size() - before;
          final boolean first = number < FIRST;
          all.add(
              handedIn(
                  stage,
                  first ? next.service : service(next.service, lot),
                  scale,
                  !first && number % 2 == 0));
          TimeUnit.MILLISECONDS.sleep(BETWEEN_EVENTS.toMillis());
        }
        exposed += exposed(next, all.subList(before, all.size()));
        stage.mood(next.service, Mood.WELL);
      }
      judge(new Day(stage, stalls, scale, all, exposed));
    }
  }

  /// Nothing for them could leave before they ended, and whatever leaves later is late by much.
  private static int exposed(final Turn turn, final List<HandedIn> during) {
    final var now = Instant.now();
    return turn.mood != Mood.DOWN
        ? 0
        : (int)
            during.stream()
                .filter(one -> one.service == turn.service)
                .filter(one -> one.until.plus(EXPOSED).isBefore(now))
                .count();
  }

  /// Half of the events are for the service that misbehaves.
  private static Service service(final Service current, final Random lot) {
    final var all = Service.values();
    return lot.nextBoolean() ? current : all[lot.nextInt(all.length)];
  }

  private static HandedIn handedIn(
      final DayStage stage, final Service service, final int scale, final boolean lasting)
      throws Exception {
    final var life = lasting ? LASTING : SHORT;
    final var from = Instant.now().plus(life.dividedBy(scale));
    final var event =
        stage.theatre.event(
            service.user(),
            Map.of(
                "class",
                "alert",
                "alertFor",
                life.toString(),
                "content",
                Map.of("title", "A day", "text", "of " + service.word())));
    // the answer came after the server took it
    return new HandedIn(event, service, lasting, from, Instant.now().plus(life.dividedBy(scale)));
  }

  private static void judge(final Day day) throws Exception {
    final var stage = day.stage;
    final var trails = new HashMap<String, JsonNode>();
    for (final var one : day.all) {
      trails.put(
          one.event,
          AcrossProcesses.get("the end of " + one, () -> settled(stage.theatre, one.event)));
    }
    final Map<String, List<Got>> got =
        stage.got().stream().collect(Collectors.groupingBy(Got::event));
    final Map<String, List<Try>> came =
        stage.tries().stream().collect(Collectors.groupingBy(Try::event));
    final var wrong = new ArrayList<String>();
    int uncertain = 0;
    int silent = 0;
    int givenUp = 0;
    for (final var one : day.all) {
      final var arrived = got.getOrDefault(one.event, List.of());
      final var tries = came.getOrDefault(one.event, List.of());
      final var trail = Objects.requireNonNull(trails.get(one.event));
      uncertain += repeatsTold(trail);
      silent += arrived.isEmpty() ? 1 : 0;
      if (one.lasting && arrived.isEmpty()) {
        if (repeatsTold(trail) == UNCERTAIN_PUSHES) {
          givenUp++;
        } else {
          wrong.add("lost: " + one + " " + trail.at("/devices/0/tries"));
        }
      }
      doubled(one, arrived, trail, wrong);
      late(day, one, tries, wrong);
      unexplained(one, arrived, tries, trail, wrong);
    }
    assertEquals(List.of(), stage.unread());
    assertEquals(
        List.of(),
        stage.got().stream().filter(push -> !trails.containsKey(push.event())).toList(),
        "pushes of events that were not handed in");
    assertTrue(came.keySet().containsAll(got.keySet()), "what devices got came to the services");
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong of " + day.all.size() + " events");
    final int uncertainToTheEnd = givenUp;
    assertTrue(
        uncertainToTheEnd <= day.all.size() * UNCERTAIN_TO_THE_END,
        () -> uncertainToTheEnd + " of " + day.all.size() + " were uncertain to the end");
    assertTrue(day.exposed > 0, "no late push could have been seen");
    // the day was one: services lied, and some events ended before theirs came back
    assertTrue(uncertain > 0, "no push was uncertain");
    assertTrue(silent > 0, "no event stayed silent");
    System.out.printf(
        "a scaled day: %d events, %d tries, %d arrivals, %d told to be uncertain, %d silent with a"
            + " reason; %d ended before their service came back, %d were uncertain to the end%n",
        day.all.size(),
        came.values().stream().mapToInt(List::size).sum(),
        stage.got().size(),
        uncertain,
        silent,
        day.exposed,
        givenUp);
  }

  private static @Nullable JsonNode settled(final Theatre theatre, final String event)
      throws Exception {
    final var trail = theatre.call("GET", "/v1/events/" + event + "/trail", "");
    return trail.get("settled").asBoolean() && !trail.get("devices").isEmpty() ? trail : null;
  }

  private static List<JsonNode> tries(final JsonNode trail) {
    return StreamSupport.stream(trail.at("/devices/0/tries").spliterator(), false).toList();
  }

  /// Each of these may have reached the device, and was tried again.
  private static int repeatsTold(final JsonNode trail) {
    return (int)
        tries(trail).stream()
            .filter(one -> one.get("outcome").asText().equals("uncertain"))
            .count();
  }

  private static void doubled(
      final HandedIn one, final List<Got> arrived, final JsonNode trail, final List<String> wrong) {
    if (arrived.size() > 1 + repeatsTold(trail)) {
      wrong.add("doubled: " + one + " arrived " + arrived + " " + trail.at("/devices/0/tries"));
    }
  }

  private static void late(
      final Day day, final HandedIn one, final List<Try> came, final List<String> wrong) {
    for (final var each : came) {
      final var late = Duration.between(one.until, each.at());
      final var stood = day.stalls.between(one.until.minus(ON_THE_WAY), each.at());
      if (late.compareTo(ON_THE_WAY.plus(stood)) > 0) {
        wrong.add(
            "late by %s of scaled time: %s, %s".formatted(late.multipliedBy(day.scale), one, each));
      }
    }
  }

  private static void unexplained(
      final HandedIn one,
      final List<Got> arrived,
      final List<Try> came,
      final JsonNode trail,
      final List<String> wrong) {
    final var tries = tries(trail);
    final var last = tries.isEmpty() ? "" : tries.getLast().path("outcome").asText();
    final boolean told =
        switch (last) {
          case "expired", "given-up", "uncertain", "refused" ->
              !tries.getLast().at("/why/code").asText().isEmpty();
          case "handed-over" -> isOverThere(one, came);
          default -> false;
        };
    if (arrived.isEmpty() && !told) {
      wrong.add("silent without a reason: " + one + " " + trail);
    }
  }

  /// Services count the time of a push in whole seconds: one that they take in its last second may
  /// be over there at once.
  private static boolean isOverThere(final HandedIn one, final List<Try> came) {
    return came.stream().anyMatch(each -> each.at().isAfter(one.from.minusSeconds(1)));
  }
}
