package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppCredential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.Reason;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.apple.SigningKey;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// An app with several keys of Apple: the simulator takes a push only if it was signed with a key
/// that is registered for its environment and topic.
final class SeveralKeysTest {
  private static final String BETA = ApnsStage.BUNDLE + ".beta";
  private static final String TEAM = "SEVERAL123";

  @AutoClose private final ApnsStage stage = new ApnsStage();
  private int made;

  /// A key that Apple takes in these environments and for these topics only.
  private SigningKey key(final String environment, final String... topics) {
    final var key = SigningKey.make(TEAM, "KEY%07d".formatted(++made));
    final var all = new ArrayList<String>();
    Arrays.stream(topics).forEach(topic -> all.addAll(List.of(topic, topic + ".voip")));
    stage.apple.register(key, environment, Set.copyOf(all));
    return key;
  }

  private AppCredential named(
      final String id, final PushEnvironment environment, final String topic, final SigningKey of) {
    return new AppCredential(new CredentialId(id), environment, topic, stage.credential(of));
  }

  private void has(final AppCredential... credentials) {
    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, List.of(credentials)));
    stage.sender.forget(ApnsStage.APP);
  }

  private PushAddress.Direct address(final String topic, final boolean sandbox) {
    final var token = stage.apple.newToken(topic, sandbox);
    return stage.at(token, PushChannel.MESSAGE, sandbox).withScope(topic);
  }

  private void taken(final PushAddress.Direct to) throws InterruptedException {
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(to)));
    final var arrived = stage.apple.pushes(to.token().value());
    assertEquals(1, arrived.size(), "it was taken at once");
    assertEquals(to.sandbox(), arrived.getFirst().sandbox());
    assertEquals(
        to.scope().isEmpty() ? ApnsStage.BUNDLE : to.scope(),
        arrived.getFirst().header("apns-topic"));
  }

  @Test
  void each_environment_has_its_key() throws Exception {
    has(
        named("live", PushEnvironment.PRODUCTION, "", key("production")),
        named("test", PushEnvironment.SANDBOX, "", key("sandbox")));
    taken(stage.address(PushChannel.MESSAGE, false));
    taken(stage.address(PushChannel.MESSAGE, true));
    taken(address(BETA, true));
  }

  @Test
  void each_topic_has_its_key_and_the_default_takes_the_rest() throws Exception {
    has(
        new AppCredential(stage.credential(key("both", ApnsStage.BUNDLE, "org.example.third"))),
        named("beta", PushEnvironment.BOTH, BETA, key("both", BETA)));
    taken(stage.address(PushChannel.MESSAGE, false));
    taken(address(BETA, false));
    taken(address(BETA, true));
    taken(address("org.example.third", false));
    final var voip = stage.at(stage.apple.newToken(BETA + ".voip", false), PushChannel.VOIP, false);
    assertInstanceOf(HandedOver.class, stage.send(stage.ring(voip.withScope(BETA))));
  }

  @Test
  void an_app_that_says_no_topic_has_that_of_its_bundle_id() throws Exception {
    has(
        new AppCredential(stage.credential(key("both", BETA))),
        named("app", PushEnvironment.BOTH, ApnsStage.BUNDLE, key("both", ApnsStage.BUNDLE)));
    taken(stage.address(PushChannel.MESSAGE, false));
    taken(address(ApnsStage.BUNDLE, false));
    taken(address(BETA, false));
  }

  @Test
  void environment_and_topic_go_before_the_topic_and_that_before_the_environment()
      throws Exception {
    has(
        new AppCredential(stage.credential(key("both", "org.example.third"))),
        named("sandbox", PushEnvironment.SANDBOX, "", key("sandbox", ApnsStage.BUNDLE)),
        named("beta", PushEnvironment.BOTH, BETA, key("production", BETA)),
        named("beta-live", PushEnvironment.PRODUCTION, "x.y", key("production", "x.y")),
        named("beta-test", PushEnvironment.SANDBOX, BETA, key("sandbox", BETA)));
    taken(address(BETA, true));
    taken(address(BETA, false));
    taken(address("x.y", false));
    taken(stage.address(PushChannel.MESSAGE, true));
    taken(address("org.example.third", false));
  }

  @Test
  void a_topics_key_goes_before_that_of_the_environment() throws Exception {
    has(
        named("beta", PushEnvironment.BOTH, BETA, key("both", BETA)),
        named("live", PushEnvironment.PRODUCTION, "", key("production", ApnsStage.BUNDLE)));
    taken(address(BETA, false));
    taken(stage.address(PushChannel.MESSAGE, false));
  }

  @Test
  void a_refused_key_does_not_hold_back_what_is_signed_with_the_others() throws Exception {
    final var beta = key("both", BETA);
    has(
        new AppCredential(stage.credential(key("both", ApnsStage.BUNDLE))),
        named("beta", PushEnvironment.BOTH, BETA, beta));
    stage.apple.revoke(beta.keyId());
    stage.alerts.clear();
    final var first = address(BETA, false);
    assertEquals(
        Reason.CREDENTIALS_REFUSED,
        assertInstanceOf(Withheld.class, stage.send(stage.notice(first))).why());
    final var second = address(BETA, false);
    assertInstanceOf(Withheld.class, stage.send(stage.notice(second)));
    assertEquals(List.of(), stage.apple.pushes(second.token().value()), "Apple was not asked");
    taken(stage.address(PushChannel.MESSAGE, false));
    taken(stage.address(PushChannel.MESSAGE, true));
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
    assertEquals(List.of("credential beta: 403 InvalidProviderToken"), stage.alertWords);
  }

  @Test
  void a_key_that_is_no_key_stops_its_own_pushes_only() throws Exception {
    final var good = stage.credential(key("both"));
    final var broken =
        new dev.reveille.model.Credential.Apns(
            good.team(), good.keyId(), "no key", good.endpoint(), "", good.trust());
    has(
        new AppCredential(good),
        new AppCredential(new CredentialId("beta"), PushEnvironment.BOTH, BETA, broken));
    assertInstanceOf(Withheld.class, stage.send(stage.notice(address(BETA, false))));
    taken(stage.address(PushChannel.MESSAGE, false));
    assertEquals(
        List.of("beta"),
        stage.reports.refused().stream().map(each -> each.credential().value()).toList());
  }

  @Test
  void a_token_of_the_other_environment_is_asked_for_there_with_the_key_of_that_environment()
      throws Exception {
    has(
        named("live", PushEnvironment.PRODUCTION, "", key("production")),
        named("test", PushEnvironment.SANDBOX, "", key("sandbox")));
    final var token = stage.apple.newToken(ApnsStage.BUNDLE, true);
    final var said = stage.at(token, PushChannel.MESSAGE, false);
    assertTrue(
        assertInstanceOf(HandedOver.class, stage.send(stage.notice(said))).elsewhere(),
        "the sandbox took it");
  }

  @Test
  void where_no_credential_is_for_an_address_it_is_kept_and_told() throws Exception {
    has(named("test", PushEnvironment.SANDBOX, "", key("sandbox")));
    final var refused =
        assertInstanceOf(
            Refused.class, stage.send(stage.notice(stage.address(PushChannel.MESSAGE, false))));
    assertEquals(Reason.NOT_CONFIGURED, refused.why());
    assertEquals(Verdict.NOTHING, refused.address());
    assertEquals(
        "none of its credentials is for " + ApnsStage.BUNDLE + " there: test for sandbox",
        refused.theirWords());
    taken(stage.address(PushChannel.MESSAGE, true));

    final var unknown = stage.at("ab".repeat(32), PushChannel.MESSAGE, true);
    final var bad = assertInstanceOf(Refused.class, stage.send(stage.notice(unknown)));
    assertEquals(Reason.TOKEN_BAD, bad.why());
    assertEquals(Verdict.DOUBTED, bad.address());
  }

  @Test
  void any_number_of_topics_is_sent_to_and_few_are_remembered() throws Exception {
    has(new AppCredential(stage.credential(key("both"))));
    for (int i = 0; i < 250; i++) {
      taken(address("org.example.app" + i, false));
    }
    taken(stage.address(PushChannel.MESSAGE, false));
  }

  @Test
  void a_push_whose_key_was_replaced_on_its_way_goes_on_with_the_new_one() throws Exception {
    has(new AppCredential(stage.credential(key("both"))));
    taken(stage.address(PushChannel.MESSAGE, false));
    final var slow = stage.address(PushChannel.MESSAGE, false);
    stage.apple.fault(
        Fault.answer(403, "InvalidProviderToken")
            .after(Duration.ofMillis(500))
            .to(slow.token().value()));
    final var told = new CompletableFuture<DeliveryOutcome>();
    stage.sender.send(List.of(stage.notice(slow)), (_, outcome) -> told.complete(outcome));
    has(new AppCredential(stage.credential(key("both"))));
    taken(stage.address(PushChannel.MESSAGE, false));
    final var end = assertInstanceOf(HandedOver.class, told.get(15, TimeUnit.SECONDS));
    assertTrue(
        end.receipt().startsWith("403 InvalidProviderToken, then "),
        "both tries: " + end.receipt());
    assertEquals(List.of(), stage.alertWords, "the new key is not blamed");
    assertEquals(List.of(403, 200), statuses(slow));
  }

  @Test
  void a_push_whose_new_key_is_not_read_yet_is_soon_tried_again() throws Exception {
    has(new AppCredential(stage.credential(key("both"))));
    taken(stage.address(PushChannel.MESSAGE, false));
    final var slow = stage.address(PushChannel.MESSAGE, false);
    stage.apple.fault(
        Fault.answer(403, "InvalidProviderToken")
            .after(Duration.ofMillis(500))
            .to(slow.token().value()));
    final var told = new CompletableFuture<DeliveryOutcome>();
    stage.sender.send(List.of(stage.notice(slow)), (_, outcome) -> told.complete(outcome));
    has(new AppCredential(stage.credential(key("both"))));
    final var end = assertInstanceOf(TryAgain.class, told.get(15, TimeUnit.SECONDS));
    assertEquals(Reason.CREDENTIALS_REFUSED, end.why());
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(slow)));
    assertEquals(List.of(403, 200), statuses(slow));
  }

  private List<Integer> statuses(final PushAddress.Direct of) {
    return stage.apple.pushes(of.token().value()).stream().map(ArrivedPush::status).toList();
  }
}
