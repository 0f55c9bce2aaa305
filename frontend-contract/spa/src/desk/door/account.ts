import type { ViewerQuery } from "@sparekey/client";

export type Account = Pick<NonNullable<ViewerQuery["viewer"]>, "id" | "email" | "roles" | "secondFactor">;

export function isStaff({ roles }: Pick<Account, "roles">): boolean {
  return roles.includes("SUPPORT") || roles.includes("SUPERVISOR");
}

export function isSupervisor({ roles }: Pick<Account, "roles">): boolean {
  return roles.includes("SUPERVISOR");
}
