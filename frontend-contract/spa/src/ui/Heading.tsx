import { useLayoutEffect, useRef, type ReactNode } from "react";

/** The heading of a screen. It takes the focus, so that whoever does not see hears what is new. */
export function Heading({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}
