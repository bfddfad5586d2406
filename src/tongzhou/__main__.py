from tongzhou.cli import main

if __name__ == "__main__":  # a process of its own that writes a long list reads this file, too
    main(prog_name="tongzhou")
