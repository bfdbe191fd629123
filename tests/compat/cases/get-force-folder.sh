# A folder that is there: with -o it takes what comes; by its own name it is in the way.
mkdir lib; cd lib; git init -q; dvc init -q; mkdir d; echo a > d/a; echo b > d/b; dvc add -q d; git add -A; git commit -qm one; cd ..
mkdir here; cd here
mkdir into; echo mine > into/mine; dvc get ../lib d -o into; snap into
rc again dvc get ../lib d -o into
mkdir d; echo mine > d/mine; echo other > d/a
rc there dvc get ../lib d
rc force dvc get -f ../lib d
