package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushToken;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Whatever the rhythm, no minute holds more than Google granted, and who was told to wait may go
/// when the wait is over.
final class LimitsProperties {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final PushToken TOKEN = new PushToken("t");

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void no_minute_holds_more_than_the_project_may(
      @ForAll @IntRange(min = 10, max = 3_000) final int perMinute,
      @ForAll @Size(min = 50, max = 400)
          final List<@IntRange(min = 0, max = 1_500) Integer> pausesMillis) {
    long now = 1_000;
    final var limit = new ProjectLimit(perMinute, now);
    final var left = new ArrayDeque<Long>();
    for (final int pause : pausesMillis) {
      now += Duration.ofMillis(pause).toNanos();
      for (int i = 0; i < 20; i++) {
        if (limit.take(now, false) == 0) {
          left.addLast(now);
        }
      }
      while (now - left.peekFirst() >= MINUTE) {
        left.removeFirst();
      }
      assertTrue(left.size() <= perMinute, left.size() + " in a minute, granted " + perMinute);
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void who_waited_as_long_as_told_may_leave(
      @ForAll @IntRange(min = 10, max = 3_000) final int perMinute,
      @ForAll @IntRange(min = 1, max = 500) final int taken) {
    long now = 1_000;
    final var limit = new ProjectLimit(perMinute, now);
    for (int i = 0; i < taken; i++) {
      limit.take(now, false);
    }
    long wait = limit.take(now, false);
    if (wait > 0) {
      now += wait + 1_000;
      wait = limit.take(now, false);
      assertEquals(0, wait);
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void a_phone_gets_no_more_than_its_bucket_holds_and_refills(
      @ForAll @Size(min = 10, max = 300)
          final List<@IntRange(min = 0, max = 2_000) Integer> pausesMillis) {
    final var limits = new DeviceLimits(0);
    long now = 0;
    int left = 0;
    for (final int pause : pausesMillis) {
      now += Duration.ofMillis(pause).toNanos();
      for (int i = 0; i < 10; i++) {
        if (limits.take(TOKEN, false, false, now) == 0) {
          left++;
        }
      }
      assertTrue(left <= 240 + now / (MINUTE / 240) + 1, left + " after " + now);
    }
  }

  @Example
  void collapsible_messages_come_twenty_at_once_and_then_one_in_three_minutes() {
    final var limits = new DeviceLimits(0);
    for (int i = 0; i < 20; i++) {
      assertEquals(0, limits.take(TOKEN, true, false, 0));
    }
    final long wait = limits.take(TOKEN, true, false, 0);
    assertEquals(Duration.ofMinutes(3).toNanos(), wait);
    assertEquals(0, limits.take(TOKEN, false, false, 0), "others are not concerned");
    assertEquals(0, limits.take(TOKEN, true, false, wait));
    assertTrue(limits.take(TOKEN, true, false, wait) > 0);
  }

  @Example
  void calls_are_counted_but_never_held_back() {
    final var limits = new DeviceLimits(0);
    final var project = new ProjectLimit(10, 0);
    for (int i = 0; i < 1_000; i++) {
      assertEquals(0, limits.take(TOKEN, false, true, 0));
      assertEquals(0, project.take(0, true));
    }
    assertTrue(limits.take(TOKEN, false, false, 0) > 0);
    assertTrue(project.take(0, false) > 0);
  }

  @Example
  void a_sender_that_took_the_time_before_the_count_began_is_not_held() {
    assertEquals(0, new ProjectLimit(60, 1_000).take(900, false));
    final var limits = new DeviceLimits(1_000);
    assertEquals(0, limits.take(TOKEN, false, false, 1_000));
    assertEquals(0, limits.take(TOKEN, false, false, 900));
  }

  @Example
  void phones_that_are_quiet_again_are_forgotten() {
    final var limits = new DeviceLimits(0);
    for (int i = 0; i < 20_000; i++) {
      limits.take(new PushToken("t" + i), false, false, 0);
    }
    long now = Duration.ofSeconds(5).toNanos();
    limits.take(TOKEN, false, false, now);
    assertTrue(limits.remembered() >= 19_000, "who asks does not do all the work at once");
    int before = limits.remembered();
    for (int i = 0; i < 30; i++) {
      now += Duration.ofMillis(20).toNanos();
      limits.take(TOKEN, false, false, now);
      assertTrue(before - limits.remembered() <= 1_000);
      before = limits.remembered();
    }
    assertTrue(before <= 10_000, "few are kept: " + before);
  }

  @Example
  void more_phones_than_can_be_remembered_are_forgotten_at_once() {
    final var limits = new DeviceLimits(0);
    for (int i = 0; i <= 500_001; i++) {
      limits.take(new PushToken("t" + i), true, false, 0);
    }
    limits.take(TOKEN, true, false, Duration.ofMillis(20).toNanos());
    assertEquals(1, limits.remembered());
  }

  @Example
  void after_a_quiet_minute_the_flow_begins_narrow() {
    final var limit = new ProjectLimit(60_000, 0);
    long now = 10 * MINUTE;
    final int burst = leaves(limit, now);
    now += Duration.ofSeconds(1).toNanos();
    final int first = leaves(limit, now);
    for (int second = 0; second < 70; second++) {
      now += Duration.ofSeconds(1).toNanos();
      leaves(limit, now);
    }
    now += Duration.ofSeconds(1).toNanos();
    final int full = leaves(limit, now);
    assertTrue(burst <= 6_000, burst + " at once");
    assertTrue(first < 150, first + " in the first second");
    assertTrue(full > 850 && full <= 901, full + " in a second later on");
  }

  private static int leaves(final ProjectLimit limit, final long now) {
    int count = 0;
    while (limit.take(now, false) == 0) {
      count++;
    }
    return count;
  }
}
