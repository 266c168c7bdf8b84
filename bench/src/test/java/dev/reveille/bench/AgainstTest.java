package dev.reveille.bench;

import static dev.reveille.bench.Against.Verdict.NOT_WORSE;
import static dev.reveille.bench.Against.Verdict.NO_RESULT;
import static dev.reveille.bench.Against.Verdict.WORSE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgainstTest {
  private static final Checkout OTHER = new Checkout(Path.of("other"), false);

  @Test
  void the_interval_leaves_as_many_ratios_out_as_90_percent_allow() {
    assertEquals(0, Against.leftOut(5)); // 2 * (1/2)^5 = 6.3 %
    assertEquals(0, Against.leftOut(7)); // 2 * 8/128 = 12.5 % would be too much
    assertEquals(1, Against.leftOut(8)); // 2 * 9/256 = 7.0 %
    assertEquals(2, Against.leftOut(12)); // 2 * 79/4096 = 3.9 %, the next one 14.6 %
    assertThrows(IllegalArgumentException.class, () -> Against.of(1, 1, 1, 1));
  }

  @Test
  void twelve_ratios_give_their_median_and_the_third_from_either_end() {
    final var found =
        Against.of(0.99, 1.03, 1.00, 1.01, 0.98, 1.02, 1.00, 1.01, 0.50, 2.00, 0.97, 1.04);
    assertEquals(new Against.Found(1.005, 0.98, 1.03), found);
  }

  @Test
  void not_worse_asks_for_the_median_and_for_the_worse_end() {
    assertEquals(NOT_WORSE, new Against.Found(0.97, 0.95, 0.98).verdict());
    assertEquals(WORSE, new Against.Found(0.969, 0.955, 0.98).verdict());
    assertEquals(WORSE, new Against.Found(0.975, 0.949, 0.98).verdict());
  }

  @Test
  void a_wide_interval_is_no_result_wherever_it_lies() {
    assertEquals(NO_RESULT, new Against.Found(1.5, 1.48, 1.53).verdict());
    assertEquals(NO_RESULT, new Against.Found(0.5, 0.48, 0.53).verdict());
  }

  @Test
  void servers_alternate_who_begins_and_a_smaller_time_is_a_larger_ratio() throws Exception {
    final var starts = new ArrayList<Boolean>();
    final var turns = new ArrayList<Boolean>();
    final var ended = new ArrayList<Boolean>();
    final var said = new ByteArrayOutputStream();
    final var bench =
        new PairedBench() {
          @Override
          public Figure figure() {
            return new Figure("a time", "ms", false, 3);
          }

          @Override
          public WarmServer start(final Checkout checkout) {
            starts.add(checkout.isThis());
            return new WarmServer() {
              private final int pair = (starts.size() - 1) / 2;
              private int turn;

              @Override
              public double turn() {
                turns.add(checkout.isThis());
                turn++;
                final double slow = turn == 2 ? 3 : 1; // the machine was slow once, for one server
                return checkout.isThis() ? 4 : (5 + pair) * slow;
              }

              @Override
              public void close() {
                ended.add(checkout.isThis());
              }
            };
          }
        };
    final var found =
        new Against(new PrintStream(OutputStream.nullOutputStream()))
            .run(bench, OTHER, 5, new PrintStream(said, true, StandardCharsets.UTF_8));
    assertEquals(new Against.Found(1.75, 1.25, 2.25), found, "each pair gives one ratio");
    assertEquals(List.of(true, false, false, true, true, false), starts.subList(0, 6));
    assertEquals(
        List.of(true, false, false, true, true, false), turns.subList(0, 6), turns.toString());
    assertEquals(30, turns.size());
    assertEquals(10, ended.size());
    assertEquals(
        List.of(
            "a time, 5 pairs: median ratio 1.750, 90 % interval 1.250 to 2.250 (above 1 is better):"
                + " no result, more turns are needed"),
        Arrays.asList(said.toString(StandardCharsets.UTF_8).split("\n")));
  }
}
