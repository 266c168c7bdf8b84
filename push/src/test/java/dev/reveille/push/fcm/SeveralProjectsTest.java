package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reveille.model.AppCredential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// An app that was built with several Firebase projects.
final class SeveralProjectsTest {
  private static final String BETA = "beta-project";

  @AutoClose private final FcmStage stage = new FcmStage();

  private PushAddress.Direct address(final String project) {
    return stage.at(stage.google.newToken(project)).withScope(project);
  }

  private AppCredential beta(final boolean known) {
    final var account = stage.google.makeAccount(BETA);
    if (!known) {
      stage.google.revoke(account.keyId());
    }
    return new AppCredential(
        new CredentialId("beta"), PushEnvironment.BOTH, BETA, stage.credential(account));
  }

  private void has(final AppCredential... others) {
    stage.others = List.of(others);
    stage.sender.forget(FcmStage.APP);
  }

  @Test
  void each_project_has_its_account() throws Exception {
    has(beta(true));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(address(FcmStage.PROJECT))));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(address(BETA))));
  }

  @Test
  void an_address_of_a_project_without_credentials_is_kept_and_google_is_not_asked()
      throws Exception {
    has(beta(true));
    final var refused =
        assertInstanceOf(Refused.class, stage.send(stage.notice(address("third-project"))));
    assertEquals(Reason.NOT_CONFIGURED, refused.why());
    assertEquals(Verdict.NOTHING, refused.address());

    stage.app = Optional.empty();
    has(beta(true));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(address(BETA))));
    assertEquals(
        Reason.NOT_CONFIGURED,
        assertInstanceOf(Refused.class, stage.send(stage.notice(stage.address()))).why());
  }

  @Test
  void a_refused_account_does_not_hold_back_the_other_project() throws Exception {
    has(beta(false));
    assertInstanceOf(Withheld.class, stage.send(stage.notice(address(BETA))));
    assertInstanceOf(Withheld.class, stage.send(stage.notice(address(BETA))));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
  }
}
