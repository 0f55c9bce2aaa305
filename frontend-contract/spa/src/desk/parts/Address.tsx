/** An e-mail address, which breaks before its "@" if it has to. */
export function Address({ email }: { email: string }) {
  const at = Math.max(0, email.lastIndexOf("@"));
  return <span className="address">{email.slice(0, at)}<wbr />{email.slice(at)}</span>;
}
