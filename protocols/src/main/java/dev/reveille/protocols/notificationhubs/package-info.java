/// The interface of Azure Notification Hubs. [HubApi] is its front: it finds the hub and judges the
/// signature, and hands the request to [RegistrationCalls], [InstallationCalls],
/// [NotificationCalls], [HubJobCalls] or [DescriptionCalls]. [Hubs] knows the hubs, and
/// [HubAudiences] reads whom a send is for. [HubJobRuns] carries out exports and imports.
///
/// What is exchanged is read and written by pure functions: [InstallationJson],
/// [AtomRegistrations], [SendHeaders], [DirectBatch]; templates are in `template`. What a caller
/// got wrong is a [HubRefused] with a [HubProblem], which [HubApi] puts into the service's XML.
@NullMarked
package dev.reveille.protocols.notificationhubs;

import org.jspecify.annotations.NullMarked;
