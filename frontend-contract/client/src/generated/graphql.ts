// Made from schema.graphql and operations/ by `npm run generate`; not for editing.
/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The decision for a new second factor, and what it rests on. */
export type ApproveResetInput = {
  /** What the decision rests on: each must be MATCHED on the ticket, and DEVICE_SERIAL or CALLBACK among them. */
  checked: Array<EvidenceKind>;
  /** Why, for colleagues and the audit trail. */
  note: string;
  ticketId: string;
};

/** Who enrols, and how the QR code is wanted. */
export type BeginEnrollmentInput = {
  /** From EnrollmentRequired. Null from within a session: to enrol early, or (after stepUp) to move to a new phone. */
  challenge?: string | null | undefined;
  qrFormat?: QrFormat;
  /** From the mail, where releaseCodeRequired said so. */
  releaseCode?: string | null | undefined;
};

/** What proves that the request is the caller's to cancel. */
export type CancelResetInput = {
  /** The receipt of requestReset, or the token of the cancel link in a mail. */
  receipt: string;
};

/** How a request came to be cancelled. */
export type CancelledBy =
  /** The account was closed or disabled. */
  | 'ACCOUNT_CLOSED'
  /** By the receipt of whoever asked first. */
  | 'CUSTOMER'
  /** By the cancel link mailed to the account's address. */
  | 'MAIL_LINK'
  /** The old second factor was used to sign in. */
  | 'SIGN_IN';

/** The password in use, and the one that takes its place. */
export type ChangePasswordInput = {
  currentPassword: string;
  /** 8 characters at least, 1024 bytes at most; not a common one. */
  newPassword: string;
};

/** The token of the link in the mail that says an account was registered. */
export type CloseAccountInput = {
  token: string;
};

/** What is known of a code that was refused. */
export type CodeHint =
  /** Right, but used before: wait for the next one. */
  | 'ALREADY_USED'
  /** Right for another time: the phone's clock is off by some minutes. */
  | 'CLOCK_OFF'
  /** Nothing more. */
  | 'NONE';

/** Who enrols, and the first code that the app shows. */
export type ConfirmEnrollmentInput = {
  /** The same as for beginEnrollment. */
  challenge?: string | null | undefined;
  /** Six digits; spaces do no harm. */
  code: string;
};

/** The token of the link in the mail that says a reset was asked for. */
export type ConfirmMailboxInput = {
  token: string;
};

/** How a session reaches the client. */
export type Delivery =
  /** Return it as SignedIn.token, for 'Authorization: Bearer …'. */
  | 'BEARER'
  /** Set the session as a Secure, HttpOnly, SameSite cookie. */
  | 'COOKIE';

/** A unit to register. */
export type DeviceInput = {
  /** What its owner calls it, such as 'Roof, east'. */
  name: string;
  /** As printed on the unit's type plate. */
  serialNumber: string;
};

/** What speaks for the one who asks. */
export type EvidenceKind =
  /** The agent called back on a number known before the request. Only an agent can say so. */
  | 'CALLBACK'
  /** A serial number given in the form against the account's registered units. */
  | 'DEVICE_SERIAL'
  /** The request's network was seen at an earlier full sign-in. */
  | 'KNOWN_NETWORK'
  /** The customer opened the link mailed to the account's address. */
  | 'MAILBOX'
  /** No password change shortly before the request. */
  | 'PASSWORD_AGE';

/** What came of looking. */
export type EvidenceOutcome =
  /** It speaks for them. */
  | 'MATCHED'
  /** It speaks against them. */
  | 'MISMATCHED'
  /** It could not be told. */
  | 'UNKNOWN';

/** E-mail and password, and how the session is to reach the client at the end. */
export type LoginInput = {
  delivery?: Delivery;
  email: string;
  password: string;
};

/** What is to be noted on which ticket. */
export type NoteInput = {
  /** For colleagues; the customer never sees it. */
  text: string;
  ticketId: string;
};

/** How the QR code is drawn. */
export type QrFormat =
  /** Pixels. */
  | 'PNG'
  /** Sharp at any size. */
  | 'SVG';

/** What an agent found out by other means than the server, before deciding. */
export type RecordEvidenceInput = {
  /** What was done, such as which number was called. */
  detail: string;
  kind: EvidenceKind;
  outcome: EvidenceOutcome;
  ticketId: string;
};

/** Which tickets are listed; what is left out does not narrow. */
export type RecoveryTicketFilter = {
  claimedByMe?: boolean | null | undefined;
  overdue?: boolean | null | undefined;
  /** The start of a reference or an e-mail address. */
  search?: string | null | undefined;
  /** WAITING and CLAIMED where left out. */
  states?: Array<TicketState> | null | undefined;
};

/** In what order tickets are listed. */
export type RecoveryTicketOrder =
  /** What must be answered next, first. */
  | 'DUE_FIRST'
  /** What came in last, first. */
  | 'NEWEST_FIRST';

/** Who registers, and the unit that makes them a customer. */
export type RegisterInput = {
  /** The customer's first unit. */
  device: DeviceInput;
  email: string;
  /** 8 characters at least, 1024 bytes at most; not a common one. */
  password: string;
};

/** The decision against a new second factor. */
export type RejectResetInput = {
  /** Why, for colleagues and the audit trail. */
  note: string;
  ticketId: string;
};

/** The form of somebody whose phone is gone. */
export type RequestResetInput = {
  /** From CodeRequired: the form can be sent only after e-mail and password were right. */
  challenge: string;
  /** Where support may call back. */
  contactPhone?: string | null | undefined;
  /** Serial number of one of the customer's units, as evidence. */
  deviceSerialNumber?: string | null | undefined;
  /** For support to read. */
  message?: string | null | undefined;
  reason: ResetReason;
};

/** The challenge of EnrollmentRequired. */
export type ResendReleaseCodeInput = {
  challenge: string;
};

/** What happened to the phone. */
export type ResetReason =
  /** The app or its entry was deleted. */
  | 'APP_REMOVED'
  /** Something else, told in the message. */
  | 'OTHER'
  /** It does not work any more. */
  | 'PHONE_BROKEN'
  /** It cannot be found. */
  | 'PHONE_LOST'
  /** There is a new one, without the app's entry. */
  | 'PHONE_REPLACED'
  /** Suspends the old second factor at once. */
  | 'PHONE_STOLEN';

/** What an account may do. */
export type Role =
  /** May use its own account. */
  | 'CUSTOMER'
  /** May also decide on tickets of support staff, and see the audit trail. */
  | 'SUPERVISOR'
  /** May see the recovery queue, claim tickets and decide on customers' tickets. */
  | 'SUPPORT';

/** A code of the authenticator app. */
export type StepUpInput = {
  /** Six digits; spaces do no harm. */
  code: string;
};

/** Which ticket. */
export type TicketInput = {
  ticketId: string;
};

/** Where a ticket stands. */
export type TicketState =
  /** A release code was mailed. */
  | 'APPROVED'
  /** The customer did not want or need it any more. */
  | 'CANCELLED'
  /** An agent works on it. */
  | 'CLAIMED'
  /** Nothing changed for the account. */
  | 'REJECTED'
  /** Nobody works on it yet. */
  | 'WAITING';

/** The challenge of login, and the code of the authenticator app. */
export type VerifyCodeInput = {
  /** From CodeRequired or EnrollmentRequired. */
  challenge: string;
  /** Six digits; spaces do no harm. */
  code: string;
};

export type AddDeviceMutationVariables = Exact<{
  input: DeviceInput;
}>;


export type AddDeviceMutation = { addDevice:
    | { __typename: 'Device', id: string, serialNumber: string, name: string, registeredAt: string }
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'StepUpRequired', message: string }
   };

export type AddTicketNoteMutationVariables = Exact<{
  input: NoteInput;
}>;


export type AddTicketNoteMutation = { addTicketNote:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'RecoveryTicket', id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }> }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'TicketConflict', message: string, ticket: { id: string, reference: string, state: TicketState, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null } }
    | { __typename: 'TicketNotFound', message: string }
   };

export type ApproveResetMutationVariables = Exact<{
  input: ApproveResetInput;
}>;


export type ApproveResetMutation = { approveReset:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'RecoveryTicket', id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }> }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'TicketConflict', message: string, ticket: { id: string, reference: string, state: TicketState, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null } }
    | { __typename: 'TicketNotFound', message: string }
   };

export type AuditTrailQueryVariables = Exact<{
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditTrailQuery = { auditTrail: { edges: Array<{ cursor: string, node: { at: string, action: string, actor: string | null, subject: string | null, detail: string | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type BeginEnrollmentMutationVariables = Exact<{
  input: BeginEnrollmentInput;
}>;


export type BeginEnrollmentMutation = { beginEnrollment:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'Enrollment', qrCode: string, manualKey: string, otpauthUri: string, issuer: string, expiresAt: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'ReleaseCodeRejected', message: string, attemptsLeft: number }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type CancelResetMutationVariables = Exact<{
  input: CancelResetInput;
}>;


export type CancelResetMutation = { cancelReset:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'ResetStatus', reference: string, state: TicketState, submittedAt: string, dueAt: string, decidedAt: string | null }
   };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword:
    | { __typename: 'Account', id: string, email: string, roles: Array<Role>, registeredAt: string, secondFactor: { enrolledAt: string, lastUsedAt: string | null } | null }
    | { __typename: 'InvalidCredentials', message: string }
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type ClaimTicketMutationVariables = Exact<{
  input: TicketInput;
}>;


export type ClaimTicketMutation = { claimTicket:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'RecoveryTicket', id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }> }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'TicketConflict', message: string, ticket: { id: string, reference: string, state: TicketState, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null } }
    | { __typename: 'TicketNotFound', message: string }
   };

export type CloseAccountMutationVariables = Exact<{
  input: CloseAccountInput;
}>;


export type CloseAccountMutation = { closeAccount:
    | { __typename: 'AccountClosed', closedAt: string }
    | { __typename: 'ChallengeExpired', message: string }
   };

export type ConfirmEnrollmentMutationVariables = Exact<{
  input: ConfirmEnrollmentInput;
}>;


export type ConfirmEnrollmentMutation = { confirmEnrollment:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'CodeRejected', message: string, hint: CodeHint, attemptsLeft: number }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'SignedIn', token: string | null, account: { id: string, email: string, roles: Array<Role>, registeredAt: string, secondFactor: { enrolledAt: string, lastUsedAt: string | null } | null }, session: { id: string, startedAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, ipAddress: string | null, verifiedAt: string | null, current: boolean } }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type ConfirmMailboxMutationVariables = Exact<{
  input: ConfirmMailboxInput;
}>;


export type ConfirmMailboxMutation = { confirmMailbox:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'ResetStatus', reference: string, state: TicketState, submittedAt: string, dueAt: string, decidedAt: string | null }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login:
    | { __typename: 'CodeRequired', challenge: { token: string, expiresAt: string } }
    | { __typename: 'EnrollmentRequired', releaseCodeRequired: boolean, challenge: { token: string, expiresAt: string } }
    | { __typename: 'InvalidCredentials', message: string }
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'SignedIn', token: string | null, account: { id: string, email: string, roles: Array<Role>, registeredAt: string, secondFactor: { enrolledAt: string, lastUsedAt: string | null } | null }, session: { id: string, startedAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, ipAddress: string | null, verifiedAt: string | null, current: boolean } }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogoutMutation = { logout: boolean };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { node:
    | { __typename: 'Account', email: string, roles: Array<Role>, registeredAt: string, id: string, secondFactor: { enrolledAt: string, lastUsedAt: string | null } | null }
    | { __typename: 'Device', serialNumber: string, name: string, registeredAt: string, id: string }
    | { __typename: 'RecoveryTicket', reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, id: string, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> }
    | { __typename: 'Session', startedAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, ipAddress: string | null, verifiedAt: string | null, current: boolean, id: string }
   | null };

export type QueueHistoryQueryVariables = Exact<{
  days?: number;
}>;


export type QueueHistoryQuery = { queueHistory: Array<{ day: string, submitted: number, approved: number, rejected: number, cancelled: number, medianSecondsToDecision: number | null }> };

export type QueueStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type QueueStatusQuery = { queueStatus: { waiting: number, claimed: number, overdue: number, medianSecondsToDecision: number | null, oldestSubmittedAt: string | null } };

export type RecordEvidenceMutationVariables = Exact<{
  input: RecordEvidenceInput;
}>;


export type RecordEvidenceMutation = { recordEvidence:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'RecoveryTicket', id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }> }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'TicketConflict', message: string, ticket: { id: string, reference: string, state: TicketState, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null } }
    | { __typename: 'TicketNotFound', message: string }
   };

export type RecoveryQueueQueryVariables = Exact<{
  filter?: RecoveryTicketFilter | null | undefined;
  orderBy?: RecoveryTicketOrder;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type RecoveryQueueQuery = { recoveryQueue: { eventCursor: string, edges: Array<{ cursor: string, node: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type RecoveryQueueCountQueryVariables = Exact<{
  filter?: RecoveryTicketFilter | null | undefined;
}>;


export type RecoveryQueueCountQuery = { recoveryQueue: { totalCount: number } };

export type RecoveryQueueEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RecoveryQueueEventsSubscription = { recoveryQueueEvents:
    | { __typename: 'TicketApproved', cursor: string, at: string, agent: { id: string, email: string }, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketCancelled', by: CancelledBy, cursor: string, at: string, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketClaimed', cursor: string, at: string, agent: { id: string, email: string }, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketEvidenceAdded', cursor: string, at: string, evidence: { kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketNoted', cursor: string, at: string, note: { id: string, writtenAt: string, text: string, author: { id: string, email: string } }, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketRejected', cursor: string, at: string, agent: { id: string, email: string }, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketReleased', lapsed: boolean, cursor: string, at: string, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
    | { __typename: 'TicketSubmitted', cursor: string, at: string, ticket: { id: string, reference: string, state: TicketState, reason: ResetReason, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }> } }
   };

export type RecoveryTicketQueryVariables = Exact<{
  reference: string;
}>;


export type RecoveryTicketQuery = { recoveryTicket: { id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }>, history: Array<
      | { __typename: 'TicketApproved', cursor: string, at: string, agent: { id: string, email: string } }
      | { __typename: 'TicketCancelled', by: CancelledBy, cursor: string, at: string }
      | { __typename: 'TicketClaimed', cursor: string, at: string, agent: { id: string, email: string } }
      | { __typename: 'TicketEvidenceAdded', cursor: string, at: string, evidence: { kind: EvidenceKind, outcome: EvidenceOutcome, detail: string } }
      | { __typename: 'TicketNoted', cursor: string, at: string, note: { id: string, writtenAt: string, text: string, author: { id: string, email: string } } }
      | { __typename: 'TicketRejected', cursor: string, at: string, agent: { id: string, email: string } }
      | { __typename: 'TicketReleased', lapsed: boolean, cursor: string, at: string }
      | { __typename: 'TicketSubmitted', cursor: string, at: string }
    > } | null };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { register:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'Registered', email: string }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type RejectResetMutationVariables = Exact<{
  input: RejectResetInput;
}>;


export type RejectResetMutation = { rejectReset:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'RecoveryTicket', id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }> }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'TicketConflict', message: string, ticket: { id: string, reference: string, state: TicketState, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null } }
    | { __typename: 'TicketNotFound', message: string }
   };

export type ReleaseTicketMutationVariables = Exact<{
  input: TicketInput;
}>;


export type ReleaseTicketMutation = { releaseTicket:
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'RecoveryTicket', id: string, reference: string, state: TicketState, reason: ResetReason, customerMessage: string | null, contactPhone: string | null, submittedAt: string, dueAt: string, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, account: { id: string, email: string, registeredAt: string, lastSignInAt: string | null, deviceCount: number, staff: boolean }, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null, evidence: Array<{ kind: EvidenceKind, outcome: EvidenceOutcome, detail: string }>, notes: Array<{ id: string, writtenAt: string, text: string, author: { id: string, email: string } }> }
    | { __typename: 'StepUpRequired', message: string }
    | { __typename: 'TicketConflict', message: string, ticket: { id: string, reference: string, state: TicketState, overdue: boolean, claimExpiresAt: string | null, decidedAt: string | null, claimedBy: { id: string, email: string } | null, decidedBy: { id: string, email: string } | null } }
    | { __typename: 'TicketNotFound', message: string }
   };

export type RequestResetMutationVariables = Exact<{
  input: RequestResetInput;
}>;


export type RequestResetMutation = { requestReset:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'InvalidInput', message: string, field: string }
    | { __typename: 'ResetRequested', receipt: string, ticket: { reference: string, state: TicketState, submittedAt: string, dueAt: string, decidedAt: string | null } }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type ResendReleaseCodeMutationVariables = Exact<{
  input: ResendReleaseCodeInput;
}>;


export type ResendReleaseCodeMutation = { resendReleaseCode:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'ReleaseCodeSent', expiresAt: string }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type ResetStatusQueryVariables = Exact<{
  receipt: string;
}>;


export type ResetStatusQuery = { resetStatus: { reference: string, state: TicketState, submittedAt: string, dueAt: string, decidedAt: string | null } | null };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeSessionMutation = { revokeSession: boolean };

export type StepUpMutationVariables = Exact<{
  input: StepUpInput;
}>;


export type StepUpMutation = { stepUp:
    | { __typename: 'CodeRejected', message: string, hint: CodeHint, attemptsLeft: number }
    | { __typename: 'FactorSuspended', message: string }
    | { __typename: 'NotAllowed', message: string }
    | { __typename: 'Session', id: string, startedAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, ipAddress: string | null, verifiedAt: string | null, current: boolean }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type VerifyCodeMutationVariables = Exact<{
  input: VerifyCodeInput;
}>;


export type VerifyCodeMutation = { verifyCode:
    | { __typename: 'ChallengeExpired', message: string }
    | { __typename: 'CodeRejected', message: string, hint: CodeHint, attemptsLeft: number }
    | { __typename: 'FactorSuspended', message: string }
    | { __typename: 'SignedIn', token: string | null, account: { id: string, email: string, roles: Array<Role>, registeredAt: string, secondFactor: { enrolledAt: string, lastUsedAt: string | null } | null }, session: { id: string, startedAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, ipAddress: string | null, verifiedAt: string | null, current: boolean } }
    | { __typename: 'Throttled', message: string, retryAt: string }
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, email: string, roles: Array<Role>, registeredAt: string, secondFactor: { enrolledAt: string, lastUsedAt: string | null } | null, devices: Array<{ id: string, serialNumber: string, name: string, registeredAt: string }>, sessions: Array<{ id: string, startedAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, ipAddress: string | null, verifiedAt: string | null, current: boolean }> } | null };

export type WatchQueueStatusSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type WatchQueueStatusSubscription = { queueStatus: { waiting: number, claimed: number, overdue: number, medianSecondsToDecision: number | null, oldestSubmittedAt: string | null } };

export type WatchResetStatusSubscriptionVariables = Exact<{
  receipt: string;
}>;


export type WatchResetStatusSubscription = { resetStatus: { reference: string, state: TicketState, submittedAt: string, dueAt: string, decidedAt: string | null } };


export const AddDeviceDocument = {"__meta__":{"documentId":"sha256:cb693ff1c60ad7efbc2b375450d07b10b83cd837384c689997b39fc6ef13ea0a"}} as unknown as DocumentNode<AddDeviceMutation, AddDeviceMutationVariables>;
export const AddTicketNoteDocument = {"__meta__":{"documentId":"sha256:85a495ac73d2e768f4d3b1129066df9f255479a604680740e1acd026c21ccda4"}} as unknown as DocumentNode<AddTicketNoteMutation, AddTicketNoteMutationVariables>;
export const ApproveResetDocument = {"__meta__":{"documentId":"sha256:45a471061ce04ee95adfd7661226f2f503014c34fa6583e238bd3610c0315dd6"}} as unknown as DocumentNode<ApproveResetMutation, ApproveResetMutationVariables>;
export const AuditTrailDocument = {"__meta__":{"documentId":"sha256:6cbb06c85f57e5ef699acadbed89a2f2a2196ea53673d5e81f1b37fbbcca910f"}} as unknown as DocumentNode<AuditTrailQuery, AuditTrailQueryVariables>;
export const BeginEnrollmentDocument = {"__meta__":{"documentId":"sha256:7d195870af812eeb25e381469dcd31344b16f35edb1682ac79eddfda8cf4d51d"}} as unknown as DocumentNode<BeginEnrollmentMutation, BeginEnrollmentMutationVariables>;
export const CancelResetDocument = {"__meta__":{"documentId":"sha256:e97ac1adbacd9ae61a397b52bcd6d9ef6a84a60a87dd59d6fa1bb9da5213c63a"}} as unknown as DocumentNode<CancelResetMutation, CancelResetMutationVariables>;
export const ChangePasswordDocument = {"__meta__":{"documentId":"sha256:938b0321825a05dd5630b16fd2536e886f9253b0767646e22fb46c6055047e65"}} as unknown as DocumentNode<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const ClaimTicketDocument = {"__meta__":{"documentId":"sha256:61a6404a56e62b43cb0bda29c4b91fc649c22c5e1a2dbb91dcc2c2a59bb22c57"}} as unknown as DocumentNode<ClaimTicketMutation, ClaimTicketMutationVariables>;
export const CloseAccountDocument = {"__meta__":{"documentId":"sha256:62303ff3aa980e6289afc7595d4ef51a0fa8b6ee51242c3cd0c47a0ce27442e9"}} as unknown as DocumentNode<CloseAccountMutation, CloseAccountMutationVariables>;
export const ConfirmEnrollmentDocument = {"__meta__":{"documentId":"sha256:152ef44fbf8db2b5fcfccca1be4356d7e305b37ad2d66b2132dd84dde8079803"}} as unknown as DocumentNode<ConfirmEnrollmentMutation, ConfirmEnrollmentMutationVariables>;
export const ConfirmMailboxDocument = {"__meta__":{"documentId":"sha256:9d0a2e375856ae48c7e95a3b3fbceadaf1b370047de1bfb79c48e4a602c5aafd"}} as unknown as DocumentNode<ConfirmMailboxMutation, ConfirmMailboxMutationVariables>;
export const LoginDocument = {"__meta__":{"documentId":"sha256:f85487557f53f8c685e7885d65ef9a8dc929d7f1d5cc52c35d603e95d6deac6f"}} as unknown as DocumentNode<LoginMutation, LoginMutationVariables>;
export const LogoutDocument = {"__meta__":{"documentId":"sha256:cb1d14c1cc99a25294cfa4376de2402364cb32e6c038a11fb36cf0ebb3a5ce91"}} as unknown as DocumentNode<LogoutMutation, LogoutMutationVariables>;
export const NodeDocument = {"__meta__":{"documentId":"sha256:03fafa7fd69e0b291b6f5301bed41e443241aa0de3135a9847a66c8991036798"}} as unknown as DocumentNode<NodeQuery, NodeQueryVariables>;
export const QueueHistoryDocument = {"__meta__":{"documentId":"sha256:0084c78d3e4867742136d53498260a13789ef064eea33eccc860e3ad98aef902"}} as unknown as DocumentNode<QueueHistoryQuery, QueueHistoryQueryVariables>;
export const QueueStatusDocument = {"__meta__":{"documentId":"sha256:120cb5edf2d9e27000f85129ee87ccb32b148da4724d920d8bb06d0c50ed9e0b"}} as unknown as DocumentNode<QueueStatusQuery, QueueStatusQueryVariables>;
export const RecordEvidenceDocument = {"__meta__":{"documentId":"sha256:d2b8608066e923a4ebe32aea6994a0f05824cdf488be4a18306e33fb719149f6"}} as unknown as DocumentNode<RecordEvidenceMutation, RecordEvidenceMutationVariables>;
export const RecoveryQueueDocument = {"__meta__":{"documentId":"sha256:6b26bab2b9785848d081880eab74796e341e03cdec28014c40340897abc99548"}} as unknown as DocumentNode<RecoveryQueueQuery, RecoveryQueueQueryVariables>;
export const RecoveryQueueCountDocument = {"__meta__":{"documentId":"sha256:eb829ddc67d22faf3149a24de59e32b418d1e1b0b7bec43a07337fa15a189dd3"}} as unknown as DocumentNode<RecoveryQueueCountQuery, RecoveryQueueCountQueryVariables>;
export const RecoveryQueueEventsDocument = {"__meta__":{"documentId":"sha256:2d5f9730cbc89d1f3e26372de82e6abf41d62bbf10005c182b90bdbb4ccc2e0f"}} as unknown as DocumentNode<RecoveryQueueEventsSubscription, RecoveryQueueEventsSubscriptionVariables>;
export const RecoveryTicketDocument = {"__meta__":{"documentId":"sha256:6cb7f0bd892a0a28cc3e47a05105b6bafe379ebe5f2cfddaea33ffc6591e26ec"}} as unknown as DocumentNode<RecoveryTicketQuery, RecoveryTicketQueryVariables>;
export const RegisterDocument = {"__meta__":{"documentId":"sha256:b017e7695f2255c531f5390e65b444f5e236d3f5a7b44c2ff52e105e04286f4e"}} as unknown as DocumentNode<RegisterMutation, RegisterMutationVariables>;
export const RejectResetDocument = {"__meta__":{"documentId":"sha256:51e557dd25298bb3fd37c6fe023f6017c990efd604d09c2937dbffa9ad47c193"}} as unknown as DocumentNode<RejectResetMutation, RejectResetMutationVariables>;
export const ReleaseTicketDocument = {"__meta__":{"documentId":"sha256:55a44fb4d9e4f42c17f4f90fe0688f4d6b986076df9d06fc6dc21d6116d2ba06"}} as unknown as DocumentNode<ReleaseTicketMutation, ReleaseTicketMutationVariables>;
export const RequestResetDocument = {"__meta__":{"documentId":"sha256:8a2e1ff61dfb068b81ca4d40e92e1144848b92d779dd236dd89cdef18c122edf"}} as unknown as DocumentNode<RequestResetMutation, RequestResetMutationVariables>;
export const ResendReleaseCodeDocument = {"__meta__":{"documentId":"sha256:4d519da9ed0f4ff4ce55a2464bf9987ca7473d673c2ee45fafb156cc46f0181b"}} as unknown as DocumentNode<ResendReleaseCodeMutation, ResendReleaseCodeMutationVariables>;
export const ResetStatusDocument = {"__meta__":{"documentId":"sha256:b3db8981a2354d7c19fe68fedf058eab235efe2d1bbaf8c0eca1034af17b136c"}} as unknown as DocumentNode<ResetStatusQuery, ResetStatusQueryVariables>;
export const RevokeSessionDocument = {"__meta__":{"documentId":"sha256:0da1f5ad6ca30b47e1cb2c8f9b833664fb3647a47c585080a1a7fa8bc04c825c"}} as unknown as DocumentNode<RevokeSessionMutation, RevokeSessionMutationVariables>;
export const StepUpDocument = {"__meta__":{"documentId":"sha256:2ec82163daaf683967a2eee4f3cb88ba67f363b204c4eb64db938137aa3628cd"}} as unknown as DocumentNode<StepUpMutation, StepUpMutationVariables>;
export const VerifyCodeDocument = {"__meta__":{"documentId":"sha256:842c9fa09a878729fac23050cc82ba7d5377473345366e2a22e288d62fec54e1"}} as unknown as DocumentNode<VerifyCodeMutation, VerifyCodeMutationVariables>;
export const ViewerDocument = {"__meta__":{"documentId":"sha256:5603e3ce5edef6103caff604cf54ec4da2baa1478ad3f7df75227e628b1b4623"}} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const WatchQueueStatusDocument = {"__meta__":{"documentId":"sha256:bcb37ba8118330d03f57bca6c1efae76a1708956d2f0609d9b450c2f6dbd21a8"}} as unknown as DocumentNode<WatchQueueStatusSubscription, WatchQueueStatusSubscriptionVariables>;
export const WatchResetStatusDocument = {"__meta__":{"documentId":"sha256:dd3d8fe9dbb7ff3b5dc91a0fa8d9b017012e979a1fb9f1d5bb0e8de815024fc6"}} as unknown as DocumentNode<WatchResetStatusSubscription, WatchResetStatusSubscriptionVariables>;