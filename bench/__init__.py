"""The benchmark: what readers wait for, beside a bare page that only starts Python (docs/performance.md)."""
